/** A voice in, weights of a mouth out, while it comes in (`lifemask.speech.voice`, live): everything but the life. */

import { VoiceActivity } from "./activity";
import { Arena } from "./dense";
import { BANDS, FLOOR, HOP, MelBands } from "./mel";
import { type Mouth, mouthOf } from "./mouth";
import type { VoicePack } from "./pack";
import { Pauses } from "./pauses";
import { NEAR_WIDTH, Phonetics } from "./phonetics";
import { Queue } from "./spectrum";

const SOUND_HZ = 16_000;
/** The level is followed in pieces of so many samples. */
const PIECE = SOUND_HZ / 2;
const STEP = SOUND_HZ / 25;
/** Rows of sound beyond a row that tell whether it is speech. */
const VAD_AHEAD = 3;
const MELS_BEFORE = 2;
const MELS_HEARD = 8;
const MELS_STEP = 4;
const FRAMES_BEFORE = 16;
/** Silence that completes every row that a sound began. */
const AFTER = 4 * STEP;
const USUAL_LEVEL = 0.7;
const FURTHEST = 10;

/** `count` rows: `mouth [count * weights]`, and how sure it is that somebody speaks, `speaking [count]`. */
export interface Said {
  readonly count: number;
  readonly mouth: Float32Array;
  readonly speaking: Float32Array;
}

/** How loud the voice is, up to now: the mean logarithm of the power of its rows (`lifemask.speech.hearing`). */
class Level {
  value = USUAL_LEVEL;
  private rows = 50;

  add(power: number, sure: number): void {
    if (sure <= 0.5) return;
    this.rows = Math.min(this.rows + 1, 6000);
    this.value += (Math.log(power + 1e-9) - this.value) / this.rows;
  }

  get gain(): number {
    return Math.min(Math.max(Math.exp((USUAL_LEVEL - this.value) / 2), 1 / FURTHEST), FURTHEST);
  }
}

export class SpeechCore {
  readonly weights: number;
  private readonly mel: MelBands;
  private readonly activity: VoiceActivity;
  private readonly phonetics: Phonetics;
  private readonly mouth: Mouth;
  private readonly pauses = new Pauses();
  private readonly rest: Float32Array;
  private readonly fromRest: boolean;
  private readonly heard: Float32Array;
  private level = new Level();
  private samples = 0;
  private gain = 1;
  /** Rows that wait for others of the same moment. */
  private readonly near = new Queue();
  private readonly mels = new Queue();
  private powers: number[] = [];
  private free: number[] = [];
  private speaking: number[] = [];
  private readonly said = new Queue();
  private told = 0;
  private bands = 0;

  /** `vectors`: false does without WebAssembly's vectors. */
  constructor(pack: VoicePack, vectors = true) {
    const arena = new Arena(pack, vectors);
    this.mel = new MelBands(pack);
    this.activity = new VoiceActivity(arena, VAD_AHEAD);
    this.phonetics = new Phonetics(pack, arena, FRAMES_BEFORE);
    this.mouth = mouthOf(pack, arena);
    this.rest = pack.array("mouth.rest");
    this.fromRest = pack.header.mouth.from_rest;
    this.weights = this.rest.length;
    this.heard = new Float32Array(NEAR_WIDTH + MELS_HEARD * BANDS);
    this.begin();
  }

  /** Forget all that was heard, the voice too. */
  reset(): void {
    this.level = new Level();
    this.mouth.reset();
    this.begin();
  }

  /** More samples, 16 kHz in [-1, 1]; the rows that can now be told. */
  push(samples: Float32Array): Said {
    for (let at = 0; at < samples.length; ) {
      const left = this.samples % PIECE;
      if (left === 0) this.gain = this.level.gain;
      const piece = samples.subarray(at, Math.min(at + PIECE - left, samples.length));
      this.hear(piece);
      this.samples += piece.length;
      at += piece.length;
    }
    return this.ready(Infinity);
  }

  /** The sound ends: the rows that this completes, one for each 40 ms that it began. Another sound of the same voice
   * may follow. */
  flush(): Said {
    const left = Math.ceil(this.samples / STEP) - this.told;
    this.hear(new Float32Array(AFTER), Math.ceil(this.samples / HOP));
    this.free.push(...this.pauses.flush());
    const said = this.ready(left);
    this.mouth.reset();
    this.begin();
    return said;
  }

  private begin(): void {
    for (const part of [this.mel, this.activity, this.phonetics, this.pauses]) part.reset();
    this.near.clear();
    this.said.clear();
    this.mels.clear();
    this.mels.push(new Float32Array(MELS_BEFORE * BANDS).fill(Math.log(FLOOR)));
    this.powers = [];
    this.free = [];
    this.speaking = [];
    this.samples = this.told = this.bands = 0;
  }

  /** `bands`: rows of them that there are in all; what is behind is no sound. */
  private hear(piece: Float32Array, bands = Infinity): void {
    const gain = this.gain;
    this.mel.push(piece, gain, (power, row) => {
      this.powers.push(power);
      this.mels.push(row);
    });
    this.phonetics.push(piece, gain, (row) => this.near.push(row));
    const speaking = this.activity.push(piece).slice(0, bands - this.bands);
    this.bands += speaking.length;
    for (const sure of speaking) this.level.add(this.powers.shift()!, sure);
    for (const sure of speaking) this.speaking.push(sure);
    for (const free of this.pauses.push(speaking)) this.free.push(free);
    while (this.near.length >= NEAR_WIDTH && this.mels.length >= MELS_HEARD * BANDS) this.say();
  }

  private say(): void {
    this.heard.set(this.near.values.subarray(0, NEAR_WIDTH));
    this.heard.set(this.mels.values.subarray(0, MELS_HEARD * BANDS), NEAR_WIDTH);
    this.near.drop(NEAR_WIDTH);
    this.mels.drop(MELS_STEP * BANDS);
    this.said.push(this.mouth.step(this.heard));
  }

  /** At most `most` rows whose mouth and whose pause are both known. */
  private ready(most: number): Said {
    const size = this.weights;
    const count = Math.min(this.said.length / size, this.free.length, most);
    const mouth = new Float32Array(count * size);
    const speaking = new Float32Array(count);
    const said = this.said.values;
    for (let row = 0; row < count; row++) {
      speaking[row] = this.speaking[MELS_STEP * row];
      for (let e = 0; e < size; e++) {
        const rest = this.rest[e];
        const own = said[row * size + e];
        const aim = this.fromRest ? Math.min(Math.max(rest + own, 0), 1) : own;
        mouth[row * size + e] = rest + this.free[row] * (aim - rest);
      }
    }
    this.said.drop(count * size);
    this.free.splice(0, count);
    this.speaking.splice(0, MELS_STEP * count);
    this.told += count;
    return { count, mouth, speaking };
  }
}

