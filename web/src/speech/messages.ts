/** What the page and its worker tell each other. */

export type ToWorker =
  | { readonly kind: "voice"; readonly packed: ArrayBuffer; readonly vectors: boolean }
  | { readonly kind: "sound"; readonly samples: Float32Array; readonly sound: number }
  | { readonly kind: "flush"; readonly sound: number }
  | { readonly kind: "reset" };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly message: string }
  | {
      readonly kind: "said";
      /** Of which sound these are, as the page counts them: a new one begins with each reset. */
      readonly sound: number;
      /** The sound has ended with these. */
      readonly last: boolean;
      readonly count: number;
      readonly mouth: Float32Array;
      readonly speaking: Float32Array;
      /** Milliseconds that it took. */
      readonly tookMs: number;
    };
