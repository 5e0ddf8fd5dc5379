/** Powers of the spectra of two stretches of sound at once. */
export class Spectrum {
  private readonly real: Float64Array;
  private readonly imaginary: Float64Array;
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;
  private readonly reversed: Uint16Array;

  /** `size`: samples of a stretch, a power of two. */
  constructor(readonly size: number) {
    this.real = new Float64Array(size);
    this.imaginary = new Float64Array(size);
    this.cosines = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sines = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
    this.reversed = new Uint16Array(size);
    for (let i = 1; i < size; i++) this.reversed[i] = (this.reversed[i >> 1] >> 1) | (i & 1 ? size >> 1 : 0);
  }

  /** `first` and `second` get the powers `[size / 2 + 1]` of what `a` and `b` give for each sample. */
  powers(a: (i: number) => number, b: (i: number) => number, first: Float64Array, second: Float64Array): void {
    const { size, real, imaginary, reversed } = this;
    for (let i = 0; i < size; i++) {
      real[reversed[i]] = a(i);
      imaginary[reversed[i]] = b(i);
    }
    this.transform();
    // One is the even part of the spectrum, the other the odd one.
    for (let k = 0; k <= size / 2; k++) {
      const m = (size - k) % size;
      const er = real[k] + real[m];
      const ei = imaginary[k] - imaginary[m];
      const or = imaginary[k] + imaginary[m];
      const oi = real[m] - real[k];
      first[k] = 0.25 * (er * er + ei * ei);
      second[k] = 0.25 * (or * or + oi * oi);
    }
  }

  private transform(): void {
    const { size, real, imaginary, cosines, sines } = this;
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let block = 0; block < size; block += 2 * half) {
        for (let j = 0; j < half; j++) {
          const c = cosines[j * step];
          const s = sines[j * step];
          const low = block + j;
          const high = low + half;
          const re = real[high] * c - imaginary[high] * s;
          const im = real[high] * s + imaginary[high] * c;
          real[high] = real[low] - re;
          imaginary[high] = imaginary[low] - im;
          real[low] += re;
          imaginary[low] += im;
        }
      }
    }
  }
}

/** Rows of weights over a spectrum of which most are zero: only the others are kept. */
export class Bands {
  private readonly first: Uint16Array;
  private readonly last: Uint16Array;

  constructor(
    private readonly weights: Float32Array,
    readonly count: number,
    private readonly width: number,
  ) {
    this.first = new Uint16Array(count);
    this.last = new Uint16Array(count);
    for (let band = 0; band < count; band++) {
      const row = weights.subarray(band * width, (band + 1) * width);
      this.first[band] = row.findIndex((w) => w !== 0);
      this.last[band] = width - 1 - row.slice().reverse().findIndex((w) => w !== 0);
    }
  }

  sum(powers: Float64Array, band: number): number {
    let sum = 0;
    const at = band * this.width;
    for (let k = this.first[band]; k <= this.last[band]; k++) sum += powers[k] * this.weights[at + k];
    return sum;
  }
}

/** Numbers that come in at the end and leave at the beginning. */
export class Queue {
  private store = new Float32Array(4096);
  private begin = 0;
  private end = 0;

  get length(): number {
    return this.end - this.begin;
  }

  /** The numbers; valid until the next `push`. */
  get values(): Float32Array {
    return this.store.subarray(this.begin, this.end);
  }

  /** More numbers, each times `gain`. */
  push(values: Float32Array, gain = 1): void {
    if (this.end + values.length > this.store.length) {
      const rest = this.values;
      const room = 2 * (rest.length + values.length);
      const store = room > this.store.length ? new Float32Array(room) : this.store;
      store.set(rest);
      this.end -= this.begin;
      this.begin = 0;
      this.store = store;
    }
    for (let i = 0; i < values.length; i++) this.store[this.end + i] = gain * values[i];
    this.end += values.length;
  }

  drop(count: number): void {
    this.begin += count;
  }

  clear(): void {
    this.begin = this.end = 0;
  }
}
