/** The face moved by the speech engine in the page itself. */

import type { AvatarInfo } from "../engine/types.js";
import type { SpeechEngine } from "../speech/index.js";
import { Driver } from "./driver.js";
import { Blinking, LifeTrack, ROWS_HZ } from "./life.js";
import { RowTrack } from "./track.js";

/** How far ahead of what is heard a file is worked on, and in which pieces. */
const AHEAD_S = 2.5;
const PIECE_S = 0.25;
/** Rows that are there before a file begins to be heard. */
const START_ROWS = 15;
/** How many rows behind the newest a live face is shown, so that it goes on evenly; and the most that it may be. */
const BEHIND_ROWS = 1.5;
const MOST_BEHIND_ROWS = 5;

export class LocalDriver extends Driver {
  readonly hasVoice: boolean;
  private readonly life: { next(seconds: number, into: Float32Array): void };
  private readonly track: RowTrack;
  private fed = 0;
  private place = 0;

  constructor(info: AvatarInfo, private readonly engine: SpeechEngine | null) {
    super(info);
    this.hasVoice = engine !== null;
    this.track = new RowTrack(info.layout);
    this.life = engine === null ? new Blinking(info) : new LifeTrack(info.layout, (count) => engine.idle(count));
    if (engine === null) return;
    engine.onRows = (rows, count, first) => this.track.add(rows, count, first);
    engine.onError = (problem) => this.onerror(`The voice stopped working: ${problem.message}`);
  }

  protected restart(): void {
    this.engine?.reset();
    this.track.clear();
    this.fed = this.place = 0;
  }

  protected hear(samples: Float32Array): void {
    this.engine?.push(samples);
  }

  protected move(seconds: number, into: Float32Array): void {
    if (this.hearing === "file") this.feed();
    const spoken = this.hearing === "file" ? this.readFile(into) : this.hearing === "microphone" && this.readLive(seconds, into);
    if (!spoken) this.life.next(seconds, into);
  }

  private feed(): void {
    if (this.engine === null || this.file === null) return;
    const { samples } = this.file;
    const until = ((this.playing?.atS ?? 0) + AHEAD_S) * this.engine.hz;
    while (this.fed < Math.min(until, samples.length)) {
      const piece = samples.subarray(this.fed, this.fed + PIECE_S * this.engine.hz);
      this.engine.push(piece);
      this.fed += piece.length;
      if (this.fed === samples.length) void this.engine.flush();
    }
  }

  private readFile(into: Float32Array): boolean {
    if (this.engine === null) {
      this.startPlaying();
      return false;
    }
    const rows = Math.min(START_ROWS, Math.floor((this.file?.buffer.duration ?? 0) * ROWS_HZ));
    if (this.track.end >= rows) this.startPlaying();
    if (this.playing === null) return false;
    if (this.place === 0) this.fade();
    this.place = Math.max(this.playing.atS * ROWS_HZ, 1e-6);
    return this.track.read(this.place, into);
  }

  private readLive(seconds: number, into: Float32Array): boolean {
    if (this.track.end === 0) return false;
    const newest = this.track.end - 1;
    if (this.place === 0) this.fade();
    const behind = newest - this.place;
    this.place += seconds * ROWS_HZ * (1 + 0.15 * (behind - BEHIND_ROWS));
    this.place = Math.min(Math.max(this.place, newest - MOST_BEHIND_ROWS, 1e-6), newest);
    return this.track.read(this.place, into);
  }
}
