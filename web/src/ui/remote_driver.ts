/** The face moved by a server. */

import type { AvatarInfo } from "../engine/types.js";
import { Driver } from "./driver.js";
import { Blinking, ROWS_HZ } from "./life.js";
import { Link, SOUND_HZ } from "./link.js";
import { RowTrack } from "./track.js";

/** How much sound of a file is sent ahead of real time, and how often more is. */
const AHEAD_S = 0.4;
const FEED_MS = 40;
/** Sound of the microphone goes in pieces of at least this. */
const PIECE_S = 0.02;
const BEHIND_ROWS = 1.5;
const MOST_BEHIND_ROWS = 6;
/** How much a new latency counts in the mean that is shown. */
const NEWS = 0.1;
/** A microphone that is heard later than this begins anew, and how seldom. */
const MOST_LATE_S = 0.7;
const RESTART_MS = 3000;

export class RemoteDriver extends Driver {
  readonly hasVoice = true;
  /** From when sound was sent to when its row came, seconds; null while nothing was heard. */
  latencyS: number | null = null;
  private readonly link: Link;
  private readonly life: Blinking;
  private readonly track: RowTrack;
  private place = 0;
  private sent = 0;
  private sentAt: { samples: number; ms: number }[] = [];
  /** Which second of all that was ever sent is the first of this sound; null until a row shows it. */
  private baseS: number | null = null;
  private firstRow = 0;
  private interrupting = 0;
  private piece: Float32Array[] = [];
  private feeder = 0;
  private began = 0;
  private restartedMs = 0;

  constructor(info: AvatarInfo, address: () => string) {
    super(info);
    this.life = new Blinking(info);
    this.track = new RowTrack(info.layout);
    this.link = new Link(address, info.layout, {
      row: (index, soundS, row) => this.take(index, soundS, row),
      interrupted: () => (this.interrupting = Math.max(0, this.interrupting - 1)),
      opened: () => this.begin(),
      failed: (message) => this.onerror(message),
    });
  }

  /** Resolves when the server is there. */
  open(): Promise<void> {
    return this.link.ready();
  }

  override async playFile(file: File): Promise<void> {
    await this.link.ready();
    await super.playFile(file);
  }

  override async startMicrophone(): Promise<void> {
    await this.link.ready();
    await super.startMicrophone();
  }

  /** A server's time goes on while the page stands still: a file that is held is stopped. */
  override async hold(held: boolean): Promise<void> {
    if (held && this.hearing === "file") this.stop();
    await super.hold(held);
  }

  /** Fall silent at once, and go on listening. */
  interrupt(): void {
    if (this.hearing === "file") this.stop();
    else this.restart();
  }

  protected restart(): void {
    clearInterval(this.feeder);
    this.feeder = 0;
    this.interrupting++;
    this.restartedMs = performance.now();
    this.link.tell("interrupt");
    this.sent = 0;
    this.sentAt = [];
    this.piece = [];
    this.baseS = null;
  }

  protected hear(samples: Float32Array): void {
    this.piece.push(samples);
    const count = this.piece.reduce((sum, one) => sum + one.length, 0);
    if (count < PIECE_S * SOUND_HZ) return;
    const whole = new Float32Array(count);
    let at = 0;
    for (const one of this.piece.splice(0)) {
      whole.set(one, at);
      at += one.length;
    }
    this.send(whole);
  }

  protected move(seconds: number, into: Float32Array): void {
    if (this.hearing === "file" && this.feeder === 0) this.startFeeding();
    if (this.track.end === 0) return this.life.next(seconds, into);
    const newest = this.track.end - 1;
    this.place += seconds * ROWS_HZ * (1 + 0.15 * (newest - this.place - BEHIND_ROWS));
    this.place = Math.min(Math.max(this.place, newest - MOST_BEHIND_ROWS, 0), newest);
    if (this.hearing === "file" && this.baseS !== null && this.place >= this.firstRow) this.startPlaying();
    this.track.read(this.place, into);
  }

  private begin(): void {
    this.fade();
    this.track.clear();
    this.place = this.interrupting = 0;
    this.stop();
  }

  private take(index: number, soundS: number | null, row: Float32Array): void {
    this.track.add(row, 1, index);
    if (soundS === null || this.interrupting > 0 || this.sent === 0) return;
    if (this.baseS === null) {
      this.baseS = soundS;
      this.firstRow = index;
    }
    const samples = (soundS - this.baseS) * SOUND_HZ;
    while (this.sentAt.length > 1 && this.sentAt[0]!.samples < samples) this.sentAt.shift();
    if (this.hearing === "microphone") this.time((performance.now() - this.sentAt[0]!.ms) / 1000);
  }

  /** A server speaks no faster than people do, so that what once waits goes on waiting: it is dropped instead. */
  private time(nowS: number): void {
    this.latencyS = this.latencyS === null ? nowS : this.latencyS + NEWS * (nowS - this.latencyS);
    if (this.latencyS < MOST_LATE_S || performance.now() - this.restartedMs < RESTART_MS) return;
    this.latencyS = null;
    this.restart();
  }

  private startFeeding(): void {
    this.began = performance.now();
    const feed = () => {
      if (this.file === null) return;
      const { samples } = this.file;
      const until = ((performance.now() - this.began) / 1000 + AHEAD_S) * SOUND_HZ;
      if (this.sent < Math.min(until, samples.length)) this.send(samples.slice(this.sent, Math.min(until, samples.length)));
      if (this.sent >= samples.length) {
        clearInterval(this.feeder);
        this.link.tell("flush");
      }
    };
    this.feeder = window.setInterval(feed, FEED_MS);
    feed();
  }

  private send(samples: Float32Array): void {
    this.link.send(samples);
    this.sent += samples.length;
    this.sentAt.push({ samples: this.sent, ms: performance.now() });
  }
}
