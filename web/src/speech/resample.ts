/** Sound at another rate, while it comes in: a windowed sinc for each of the places that a sample can have between two
 * of the source. */

const HALF_WIDTH = 16;
/** Of half the lower rate, what is kept. */
const CUTOFF = 0.94;

export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly taps: number;
  private readonly phases: Float32Array;
  private kept: Float32Array;
  /** The place of the next sample made, in 1 / up of a sample of `kept`. */
  private place: number;

  /** From `fromHz` to `toHz`, whole numbers. */
  constructor(
    readonly fromHz: number,
    readonly toHz: number,
  ) {
    const common = divisor(fromHz, toHz);
    this.up = toHz / common;
    this.down = fromHz / common;
    const scale = Math.min(1, toHz / fromHz) * CUTOFF;
    const half = Math.ceil(HALF_WIDTH / scale);
    this.taps = 2 * half;
    this.phases = new Float32Array(this.up * this.taps);
    for (let phase = 0; phase < this.up; phase++) this.fill(phase, half, scale);
    // Half of the taps lie before the first sample, in silence.
    this.kept = new Float32Array(half - 1);
    this.place = 0;
  }

  /** How far behind its source the sound is, seconds. */
  get behindS(): number {
    return this.taps / 2 / this.fromHz;
  }

  push(samples: Float32Array): Float32Array {
    const { taps, up, down, phases } = this;
    const whole = new Float32Array(this.kept.length + samples.length);
    whole.set(this.kept);
    whole.set(samples, this.kept.length);
    const count = Math.max(0, Math.ceil(((whole.length - taps + 1) * up - this.place) / down));
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const first = Math.floor(this.place / up);
      const phase = (this.place % up) * taps;
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += whole[first + tap] * phases[phase + tap];
      out[i] = sum;
      this.place += down;
    }
    const used = Math.min(Math.floor(this.place / up), whole.length);
    this.kept = whole.slice(used);
    this.place -= used * up;
    return out;
  }

  /** One phase, of unit sum, so that a constant stays what it is. */
  private fill(phase: number, half: number, scale: number): void {
    const row = this.phases.subarray(phase * this.taps, (phase + 1) * this.taps);
    let sum = 0;
    for (let tap = 0; tap < this.taps; tap++) {
      const x = tap - half + 1 - phase / this.up;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
      row[tap] = (x === 0 ? 1 : Math.sin(Math.PI * scale * x) / (Math.PI * scale * x)) * window;
      sum += row[tap];
    }
    for (let tap = 0; tap < this.taps; tap++) row[tap] /= sum;
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
