/** What the page and the engine's worker say to each other. */

import type { SplatFrame } from "./splats";
import type { AvatarInfo } from "./types";

/** To the worker: a packed avatar first, then moments to make. */
export type Request =
  | { readonly kind: "open"; readonly packed: ArrayBuffer }
  | { readonly kind: "make"; readonly code: Float32Array; readonly depth: readonly number[]; readonly frame?: SplatFrame };

/** From the worker. `trainedScale`: pixels to each of the camera's pixels at which the avatar was trained. */
export type Reply =
  | { readonly kind: "opened"; readonly info: AvatarInfo; readonly plate: Uint8Array<ArrayBuffer>; readonly trainedScale: number }
  | { readonly kind: "made"; readonly frame: SplatFrame; readonly engineMs: number; readonly sortMs: number }
  | { readonly kind: "failed"; readonly message: string };
