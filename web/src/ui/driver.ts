/** What moves the face: life by itself, a file that is played, or the microphone. */

import type { AvatarInfo } from "../engine/types.js";
import { decodeFile, type Microphone, openMicrophone } from "../speech/audio.js";
import { type Playing, Speaker } from "./player.js";
import { copyPoses, mixRows } from "./rows.js";

export type Hearing = "nothing" | "file" | "microphone";

/** How long the face takes from one driver to the next. */
const FADE_S = 0.3;
/** Loudness of a level meter's lower end, and its span, in decibels of full scale. */
const QUIET_DB = -60;
const SPAN_DB = 50;

export interface Progress {
  readonly name: string;
  readonly atS: number;
  readonly lengthS: number;
}

export abstract class Driver {
  readonly speaker = new Speaker();
  hearing: Hearing = "nothing";
  /** Called whenever `hearing` changes. */
  onchange: () => void = () => {};
  /** Told what went wrong while nobody waits for an answer. */
  onerror: (message: string) => void = () => {};
  /** Keep the head where it rests, whatever life does. */
  stillHead = false;

  protected playing: Playing | null = null;
  protected file: { name: string; samples: Float32Array; buffer: AudioBuffer } | null = null;
  private microphone: Microphone | null = null;
  private turn = 0;
  private starting = false;
  private loudness = 0;
  private readonly shown: Float32Array;
  private readonly left: Float32Array;
  private fadedS = FADE_S;
  private held = false;

  constructor(protected readonly info: AvatarInfo) {
    this.shown = info.rest.slice();
    this.left = info.rest.slice();
  }

  /** Whether sound moves the mouth at all. */
  abstract readonly hasVoice: boolean;
  /** Go on by `seconds`; write the row of now. */
  protected abstract move(seconds: number, into: Float32Array): void;
  /** Forget all sound; what comes next is another's. */
  protected abstract restart(): void;
  /** Sound of the microphone at 16 kHz, mono. */
  protected abstract hear(samples: Float32Array): void;

  next(seconds: number, into: Float32Array): void {
    this.move(seconds, into);
    this.fadedS += seconds;
    if (this.fadedS < FADE_S) {
      const share = this.fadedS / FADE_S;
      mixRows(this.info.layout, this.left, into, share * share * (3 - 2 * share), into);
    }
    if (this.stillHead) copyPoses(this.info.layout, this.info.rest, into);
    this.shown.set(into);
  }

  /** Loudness of the microphone, 0 to 1. */
  get level(): number {
    return this.hearing === "microphone" ? this.loudness : 0;
  }

  get progress(): Progress | null {
    if (this.hearing !== "file" || this.file === null) return null;
    const lengthS = this.file.buffer.duration;
    return { name: this.file.name, atS: Math.min(Math.max(this.playing?.atS ?? 0, 0), lengthS), lengthS };
  }

  /** Play a file of sound or video, and speak with it. Throws an Error in plain words. */
  async playFile(file: File): Promise<void> {
    this.stop();
    const turn = ++this.turn;
    await this.speaker.open();
    const { samples, buffer } = await decodeFile(file);
    if (turn !== this.turn) return;
    this.restart();
    this.file = { name: file.name, samples, buffer };
    this.become("file");
  }

  /** Throws an Error in plain words. */
  async startMicrophone(): Promise<void> {
    this.stop();
    const turn = ++this.turn;
    const microphone = await openMicrophone((samples) => {
      if (turn !== this.turn || this.hearing !== "microphone") return;
      this.meter(samples);
      if (!this.held) this.hear(samples);
    });
    if (turn !== this.turn) return microphone.close();
    this.restart();
    this.microphone = microphone;
    this.become("microphone");
  }

  /** Listen to nothing any more. */
  stop(): void {
    this.turn++;
    this.playing?.stop();
    this.microphone?.close();
    this.playing = this.microphone = this.file = null;
    if (this.hearing !== "nothing") {
      this.restart();
      this.become("nothing");
    }
  }

  async hold(held: boolean): Promise<void> {
    this.held = held;
    await this.speaker.hold(held);
  }

  /** Begin to hear the file, once its first rows are there. */
  protected startPlaying(): void {
    const { turn, file } = this;
    if (file === null || this.starting) return;
    this.starting = true;
    this.speaker.play(file.buffer, () => turn === this.turn && this.stop()).then(
      (playing) => (turn === this.turn ? (this.playing = playing) : playing.stop()),
      (error: Error) => this.onerror(error.message),
    );
  }

  protected fade(): void {
    this.left.set(this.shown);
    this.fadedS = 0;
  }

  private become(hearing: Hearing): void {
    this.fade();
    this.hearing = hearing;
    this.starting = false;
    this.loudness = 0;
    this.onchange();
  }

  private meter(samples: Float32Array): void {
    let power = 0;
    for (const sample of samples) power += sample * sample;
    const db = 10 * Math.log10(power / Math.max(samples.length, 1) + 1e-12);
    const now = Math.min(Math.max((db - QUIET_DB) / SPAN_DB, 0), 1);
    this.loudness = Math.max(now, this.loudness * 0.85);
  }
}
