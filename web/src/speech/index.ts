/** Speech in a page: sound in, rows of motion out, without a server. */

import { decodeFile, openMicrophone } from "./audio";
import { Life } from "./life";
import type { FromWorker, ToWorker } from "./messages";
import { VoicePack, type VoiceHeader } from "./pack";
import { Resampler } from "./resample";
import { Rows } from "./rows";
import SpeechWorker from "./worker?worker&inline";

export { decodeFile, openMicrophone };

/** `rows [count * width]` of motion, in order; `firstIndex`: the number of the first of them since the sound began, so
 * that row `i` belongs to `i / 25` seconds of it; `speaking [count]`: how sure it is that somebody speaks, 0 to 1. */
export type OnRows = (rows: Float32Array, count: number, firstIndex: number, speaking: Float32Array) => void;

export class SpeechEngine {
  /** Samples a second that `push` takes. */
  readonly hz = 16_000;
  /** Rows a second. */
  readonly rowsHz = 25;
  /** How much sound after its own moment a row needs, seconds. */
  readonly latencyS: number;
  /** Numbers in a row. */
  readonly width: number;
  /** What is inside: whose mouth, which networks, under which licences. */
  readonly about: VoiceHeader;
  /** Called with every row that is told; set it before the first `push`. */
  onRows: OnRows = () => {};
  /** Called with what went wrong in the worker. */
  onError: (problem: Error) => void = (problem) => console.error(problem);
  /** Milliseconds that the last rows took, for each of them. */
  stepMs = 0;

  private readonly rows: Rows;
  private readonly life: Life;
  private readonly rest: Float32Array;
  private sound = 0;
  private told = 0;
  private readonly ends: (() => void)[] = [];

  private constructor(
    pack: VoicePack,
    private readonly worker: Worker,
  ) {
    this.about = pack.header;
    this.latencyS = pack.header.latency_s;
    this.rows = new Rows(pack.header);
    this.width = this.rows.width;
    this.life = new Life(pack, this.rows);
    this.rest = pack.array("mouth.rest");
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.heard(event.data);
    worker.onerror = (event) => this.onError(new Error(event.message));
  }

  /** Opens a packed voice (`lifemask.viewer.voice_pack`). `vectors`: false does without WebAssembly's vectors, as in
   * browsers that have none. Throws an Error for what is no voice. */
  static async create(packedVoice: ArrayBuffer, { vectors = true } = {}): Promise<SpeechEngine> {
    const pack = await VoicePack.of(packedVoice);
    const worker = new SpeechWorker();
    await new Promise<void>((ready, failed) => {
      worker.onerror = (event) => failed(new Error(`The speech engine did not start: ${event.message}`));
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
        data.kind === "failed" ? failed(new Error(data.message)) : ready();
      const packed = packedVoice.slice(0);
      worker.postMessage({ kind: "voice", packed, vectors } satisfies ToWorker, [packed]);
    });
    return new SpeechEngine(pack, worker);
  }

  /** More sound, 16 kHz mono in [-1, 1], in pieces of any length. */
  push(samples: Float32Array): void {
    const own = samples.slice();
    this.send({ kind: "sound", samples: own, sound: this.sound }, [own.buffer]);
  }

  /** The sound ends: what is left of it is told without waiting for more, and another of the same voice may follow,
   * whose first row is number 0. Resolves when all was told. */
  flush(): Promise<void> {
    this.send({ kind: "flush", sound: this.sound });
    return new Promise((ended) => this.ends.push(ended));
  }

  /** Drops what was not told yet, and forgets the voice; life goes on. */
  reset(): void {
    this.sound++;
    this.told = 0;
    this.send({ kind: "reset" });
  }

  /** The next `count` rows of somebody who says nothing. */
  idle(count: number): Float32Array {
    return this.made(count, null, null);
  }

  dispose(): void {
    this.worker.terminate();
    for (const ended of this.ends.splice(0)) ended();
  }

  private send(message: ToWorker, moved: Transferable[] = []): void {
    this.worker.postMessage(message, moved);
  }

  private heard(message: FromWorker): void {
    if (message.kind === "failed") this.onError(new Error(message.message));
    if (message.kind !== "said") return;
    const { count, mouth, speaking, sound, last } = message;
    if (sound === this.sound && count > 0) {
      this.stepMs = message.tookMs / count;
      const first = this.told;
      this.told += count;
      this.onRows(this.made(count, mouth, speaking), count, first, speaking);
    }
    if (!last) return;
    if (sound === this.sound) this.told = 0;
    this.ends.shift()?.();
  }

  private made(count: number, mouth: Float32Array | null, speaking: Float32Array | null): Float32Array {
    const { rows, rest, width } = this;
    const out = new Float32Array(count * width);
    for (let row = 0; row < count; row++) {
      this.life.step(speaking === null ? 0 : speaking[row], out, row * width);
      rows.writeMouth(mouth ?? rest, mouth === null ? 0 : row * rest.length, out, row * width);
    }
    return out;
  }
}

declare global {
  interface Window {
    /** For tests and for whoever builds on the page. */
    lifemaskSpeech: typeof speech;
  }
}

const speech = { SpeechEngine, decodeFile, openMicrophone, Resampler };
window.lifemaskSpeech = speech;
