/** The line to a server that moves the face: sound up, rows of motion down (docs/server.md). */

import type { CodeLayout } from "../engine/types.js";

export const SOUND_HZ = 16_000;
const HEADER_BYTES = 24;
/** What the closing of a line means where trying again at once is no use: not allowed, not understood, too large. */
const FINAL = [1003, 1007, 1008, 1009];
const IDLE = 1000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const OPEN_MS = 10_000;

export interface LinkListener {
  /** `soundS`: which second of all sound that was sent this row shows, or null in silence. */
  row(index: number, soundS: number | null, row: Float32Array): void;
  /** What was sent before the last `interrupt` is dropped; no row after this shows it. */
  interrupted(): void;
  /** A new line begins: rows are numbered anew. */
  opened(): void;
  failed(message: string): void;
}

type Text =
  | { type: "hello"; layout: { expression_names: string[]; width: number }; header_bytes: number }
  | { type: "interrupted" }
  | { type: "pong" }
  | { type: "draining"; seconds: number }
  | { type: "error"; error: { what: string; fix?: string | null } };

export class Link {
  private socket: WebSocket | null = null;
  private open = false;
  private tries = 0;
  private told = "";
  private waiting: { resolve: () => void; reject: (problem: Error) => void }[] = [];

  constructor(
    private readonly address: () => string,
    private readonly layout: CodeLayout,
    private readonly listener: LinkListener,
  ) {}

  /** Resolves when sound can be sent; opens a line that was closed. */
  ready(): Promise<void> {
    if (this.open) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const failed = () => reject(new Error("The server does not answer. Is it still running?"));
      const timer = setTimeout(failed, OPEN_MS);
      const settle = (then: () => void) => () => (clearTimeout(timer), then());
      this.waiting.push({ resolve: settle(resolve), reject: (problem) => settle(() => reject(problem))() });
      if (this.socket === null) this.connect();
    });
  }

  /** Sound, 16 kHz mono. */
  send(samples: Float32Array): void {
    if (!this.open) return;
    const pcm = new DataView(new ArrayBuffer(2 * samples.length));
    samples.forEach((value, i) => pcm.setInt16(2 * i, Math.round(32_767 * Math.min(1, Math.max(-1, value))), true));
    this.socket!.send(pcm.buffer);
  }

  tell(type: "flush" | "interrupt"): void {
    if (this.open) this.socket!.send(JSON.stringify({ type }));
  }

  private connect(): void {
    const socket = new WebSocket(this.address());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === "string") this.read(JSON.parse(data) as Text);
      else this.readRow(data);
    };
    socket.onclose = (event) => this.closed(event.code);
  }

  private readRow(data: ArrayBuffer): void {
    const header = new DataView(data);
    const soundS = header.getFloat64(16, true);
    const row = new Float32Array(data.slice(HEADER_BYTES));
    this.listener.row(header.getUint32(0, true), Number.isNaN(soundS) ? null : soundS, row);
  }

  private read(text: Text): void {
    if (text.type === "interrupted") this.listener.interrupted();
    else if (text.type === "draining") this.fail(`The server stops in ${Math.round(text.seconds)} s.`);
    else if (text.type === "error") this.fail([text.error.what, text.error.fix].filter(Boolean).join(". "));
    else if (text.type === "hello") {
      const { expression_names: names, width } = text.layout;
      if (width !== this.layout.width || text.header_bytes !== HEADER_BYTES || names.join() !== this.layout.expressionNames.join()) {
        return this.fail("The server's avatar has changed. Load the page again.");
      }
      this.open = true;
      this.tries = 0;
      this.told = "";
      this.listener.opened();
      for (const one of this.waiting.splice(0)) one.resolve();
    }
  }

  private closed(code: number): void {
    this.socket = null;
    this.open = false;
    if (code === IDLE) return;
    if (FINAL.includes(code)) {
      if (this.told === "") this.fail(`The server closed the line (${code}). Load the page again.`);
      return this.refuse();
    }
    if (this.tries >= RETRY_MS.length) {
      this.fail("The server does not answer. Start it again, then load the page again.");
      return this.refuse();
    }
    if (this.tries === 1) this.fail("The line to the server broke off. Trying again…");
    setTimeout(() => this.socket === null && this.connect(), RETRY_MS[this.tries++]);
  }

  private refuse(): void {
    for (const one of this.waiting.splice(0)) one.reject(new Error(this.told));
  }

  private fail(message: string): void {
    this.told = message;
    this.listener.failed(message);
  }
}
