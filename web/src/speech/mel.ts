/** The bands of sound (`lifemask.speech.mel`): 80 logarithms of power, 100 rows a second, while it comes in. */

import type { VoicePack } from "./pack";
import { Bands, Queue, Spectrum } from "./spectrum";

export const HOP = 160;
export const BANDS = 80;
export const FLOOR = 1e-6;
const WINDOW = 400;
const BEFORE = WINDOW / 2 - HOP / 2;
const RAISED = 0.97;
const SIZE = 512;

/** How many samples must be there for a row. */
export function endOf(row: number): number {
  return row * HOP - BEFORE + WINDOW;
}

/** How many rows are made of the first so many samples alone. */
export function rowsWithin(samples: number): number {
  return Math.max(0, Math.floor((samples - endOf(0)) / HOP) + 1);
}

/** Bands of one sound twice: as it came, and as loud as voices usually are. Their windows are the same, so both are
 * made at once. */
export class MelBands {
  private readonly window: Float32Array;
  private readonly bands: Bands;
  private readonly spectrum = new Spectrum(SIZE);
  private readonly came = new Queue();
  private readonly even = new Queue();
  private readonly powers = [new Float64Array(SIZE / 2 + 1), new Float64Array(SIZE / 2 + 1)];

  constructor(pack: VoicePack) {
    this.window = pack.array("mel.window");
    this.bands = new Bands(pack.array("mel.bands"), BANDS, SIZE / 2 + 1);
    this.reset();
  }

  reset(): void {
    for (const queue of [this.came, this.even]) {
      queue.clear();
      queue.push(new Float32Array(BEFORE + 1));
    }
  }

  /** More samples; `each` gets, row by row, the power that came in all bands, and the bands `[80]` of the even sound,
   * which hold until the next row. */
  push(samples: Float32Array, gain: number, each: (power: number, row: Float32Array) => void): void {
    this.came.push(samples);
    this.even.push(samples, gain);
    const row = new Float32Array(BANDS);
    const raised = (x: Float32Array) => (i: number) =>
      i < WINDOW ? (x[i + 1] - RAISED * x[i]) * this.window[i] : 0;
    while (this.came.length >= WINDOW + 1) {
      const [came, even] = this.powers;
      this.spectrum.powers(raised(this.came.values), raised(this.even.values), came, even);
      let power = 0;
      for (let band = 0; band < BANDS; band++) {
        power += this.bands.sum(came, band);
        row[band] = Math.log(this.bands.sum(even, band) + FLOOR);
      }
      this.came.drop(HOP);
      this.even.drop(HOP);
      each(power, row);
    }
  }
}
