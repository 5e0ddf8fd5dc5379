/** What is said, as Google's `speech_embedding` hears it (`lifemask.speech.phonetics`): the layers that a live mouth
 * needs, while sound comes in; each row of each layer is computed once.
 *
 * Rows of a layer lie band by band, each with its channels. So a convolution over bands is a layer over three bands
 * side by side, and one over time a layer over three rows of one band, which are kept side by side for that. */

import type { Arena, Floats, Layer } from "./dense";
import type { VoicePack } from "./pack";
import { Bands, Queue, Spectrum } from "./spectrum";

/** Numbers in a row of what is heard. */
export const NEAR_WIDTH = 576;
const HOP = 160;
const WINDOW = 512;
const BANDS = 32;
const QUIET = 10 ** 2.5;
const LEAK = 0.2;
const FLOOR = -0.4;

function bend(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) if (x[i] < 0) x[i] = Math.max(LEAK * x[i], FLOOR);
}

/** A convolution over three bands. */
class OverBands {
  private readonly padded: Floats;
  private readonly out: Floats;
  private readonly inputs: number;

  constructor(
    arena: Arena,
    private readonly layer: Layer,
    private readonly bands: number,
  ) {
    this.inputs = layer.inputs / 3;
    this.padded = arena.floats((bands + 2) * this.inputs);
    this.out = arena.floats(bands * layer.outputs);
  }

  step(row: Float32Array): Float32Array {
    this.padded.set(row, this.inputs);
    for (let band = 0; band < this.bands; band++)
      this.layer.apply(this.padded, band * this.inputs, this.out, band * this.layer.outputs);
    bend(this.out);
    return this.out;
  }
}

/** A convolution over three rows. */
class OverTime {
  private readonly kept: Floats;
  private readonly out: Floats;
  private readonly inputs: number;
  private rows = 0;

  /** `every`: rows from one that is asked for to the next. */
  constructor(
    arena: Arena,
    private readonly layer: Layer,
    private readonly bands: number,
    private readonly every = 1,
  ) {
    this.inputs = layer.inputs / 3;
    this.kept = arena.floats(bands * layer.inputs);
    this.out = arena.floats(bands * layer.outputs);
  }

  reset(): void {
    this.rows = 0;
  }

  /** The row that the next one completes; null for the first two, and for those that are not asked for. */
  step(row: Float32Array): Float32Array | null {
    const { layer, inputs, kept } = this;
    for (let band = 0; band < this.bands; band++) {
      const at = band * layer.inputs;
      kept.copyWithin(at, at + inputs, at + layer.inputs);
      for (let i = 0; i < inputs; i++) kept[at + 2 * inputs + i] = row[band * inputs + i];
    }
    const made = this.rows++ - 2;
    if (made < 0 || made % this.every !== 0) return null;
    for (let band = 0; band < this.bands; band++)
      layer.apply(kept, band * layer.inputs, this.out, band * layer.outputs);
    bend(this.out);
    return this.out;
  }
}

/** The larger of two neighbouring bands, and of two rows. */
function pooled(a: Float32Array, b: Float32Array, channels: number): Float32Array {
  const out = new Float32Array(a.length / 2);
  for (let i = 0; i < out.length; i++) {
    const at = Math.floor(i / channels) * 2 * channels + (i % channels);
    out[i] = Math.max(a[at], a[at + channels], b[at], b[at + channels]);
  }
  return out;
}

export class Phonetics {
  private readonly window: Float32Array;
  private readonly bank: Bands;
  private readonly spectrum = new Spectrum(WINDOW);
  private readonly powers = [new Float64Array(WINDOW / 2 + 1), new Float64Array(WINDOW / 2 + 1)];
  private readonly sound = new Queue();
  private readonly first: Layer;
  /** Three frames with a band of nothing on either side, as the first layer takes them: band by band. */
  private readonly frames = new Float32Array(3 * (BANDS + 2));
  private readonly nine: Floats;
  private readonly entered: Floats;
  private readonly bands: OverBands[];
  private readonly time: OverTime[];
  private waiting: Float32Array | null = null;
  private seen = 0;

  constructor(
    pack: VoicePack,
    arena: Arena,
    private readonly framesBefore: number,
  ) {
    this.window = pack.array("phonetic.window");
    this.bank = new Bands(pack.array("phonetic.bands"), BANDS, WINDOW / 2 + 1);
    this.first = arena.layer("phonetic.0");
    this.nine = arena.floats(this.first.inputs);
    this.entered = arena.floats(BANDS * this.first.outputs);
    const layer = (index: number) => arena.layer(`phonetic.${index}`);
    const bands = [0, 32, 32, 16, 16, 16, 16, 8, 8, 8, 8];
    this.bands = [1, 3, 5, 7, 9].map((index) => new OverBands(arena, layer(index), bands[index]));
    this.time = [2, 4, 6, 8, 10].map((index) => new OverTime(arena, layer(index), bands[index], index === 10 ? 2 : 1));
    this.reset();
  }

  reset(): void {
    this.sound.clear();
    this.sound.push(new Float32Array(HOP * this.framesBefore));
    for (const part of this.time) part.reset();
    this.waiting = null;
    this.seen = 0;
  }

  /** More samples; `each` gets every second row of the layer, `[576]`, one for each 40 ms; it holds until the next. */
  push(samples: Float32Array, gain: number, each: (row: Float32Array) => void): void {
    this.sound.push(samples, gain);
    // Two frames at a time, as one transform gives the spectra of two.
    while (this.sound.length >= WINDOW + HOP) {
      const x = this.sound.values;
      const [now, next] = this.powers;
      this.spectrum.powers((i) => x[i] * this.window[i], (i) => x[i + HOP] * this.window[i], now, next);
      this.sound.drop(2 * HOP);
      for (const powers of this.powers) {
        const row = this.frame(powers);
        if (row !== null) each(row);
      }
    }
  }

  private frame(powers: Float64Array): Float32Array | null {
    const { frames, nine, entered, first } = this;
    const width = BANDS + 2;
    frames.copyWithin(0, width);
    for (let band = 0; band < BANDS; band++)
      frames[2 * width + band + 1] = Math.log10(Math.max(this.bank.sum(powers, band), QUIET)) + 2;
    if (++this.seen < 3) return null;
    for (let band = 0; band < BANDS; band++) {
      for (let time = 0; time < 3; time++)
        for (let beside = 0; beside < 3; beside++) nine[3 * time + beside] = frames[time * width + band + beside];
      first.apply(nine, 0, entered, band * first.outputs);
    }
    bend(entered);
    return this.through(entered);
  }

  /** A row through the layers behind the first, as far as it completes rows there. */
  private through(entered: Float32Array): Float32Array | null {
    const [b1, b3, b5, b7, b9] = this.bands;
    const [t2, t4, t6, t8, t10] = this.time;
    const early = t2.step(b1.step(entered));
    if (early === null) return null;
    if (this.waiting === null) {
      this.waiting = early.slice();
      return null;
    }
    const both = pooled(this.waiting, early, 24);
    this.waiting = null;
    const fourth = t4.step(b3.step(both));
    const sixth = fourth && t6.step(b5.step(fourth));
    const eighth = sixth && t8.step(b7.step(pooled(sixth, sixth, 48)));
    return eighth && t10.step(b9.step(eighth));
  }
}
