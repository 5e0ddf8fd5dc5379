/** Reads a packed voice (`lifemask.viewer.voice_pack`). */

export interface VoiceHeader {
  readonly schema: string;
  readonly layout: {
    readonly expressionNames: readonly string[];
    readonly torsoModes: number;
    readonly faceModes: number;
  };
  /** How much sound after its own moment a row needs, seconds. */
  readonly latency_s: number;
  readonly mouth: MouthHeader;
  readonly life: { readonly names: readonly string[]; readonly lids: number; readonly modes: number };
  /** The networks of others that are inside, with their licences. */
  readonly networks: readonly { name: string; version: string; sha256: string; licence: string }[];
}

export type MouthHeader = { readonly names: readonly string[]; readonly from_rest: boolean } & (
  | {
      readonly kind: "personal";
      readonly outputs: number;
      readonly nets: number;
      readonly channels: number;
      readonly dilations: readonly number[];
    }
  | {
      readonly kind: "generic";
      readonly channels: number;
      readonly dilations: readonly number[];
      readonly sure_of_contact: readonly [number, number];
      readonly columns: readonly number[];
    }
);

interface Entry {
  readonly name: string;
  readonly kind: "f32" | "f16" | "i8" | "tracks";
  readonly shape: readonly number[];
  readonly at: number;
}

const SCHEMA = "lifemask-packed-voice-1";
const LEVELS = 4095;

/** What a packed voice holds: a header, and arrays by their names. */
export class VoicePack {
  private readonly entries = new Map<string, Entry>();

  private constructor(
    readonly header: VoiceHeader,
    entries: readonly Entry[],
    private readonly body: ArrayBuffer,
  ) {
    for (const entry of entries) this.entries.set(entry.name, entry);
  }

  /** Decompresses and checks. Throws an Error for what is no packed voice of this version. */
  static async of(packed: ArrayBuffer): Promise<VoicePack> {
    let whole: ArrayBuffer;
    try {
      const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
      whole = await new Response(stream).arrayBuffer();
    } catch {
      throw new Error("The voice in this page cannot be read: it is damaged. Export the page again.");
    }
    const length = new DataView(whole).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
    if (header.schema !== SCHEMA) throw new Error(`The voice is of another version (${header.schema}, not ${SCHEMA}).`);
    return new VoicePack(header, header.arrays, whole.slice(4 + length));
  }

  /** An array as float32, whatever it is kept as; motion comes as rows again. */
  array(name: string): Float32Array {
    const { kind, shape, at } = this.entry(name);
    const size = shape.reduce((a, b) => a * b, 1);
    if (kind === "f32") return new Float32Array(this.body, at, size);
    if (kind === "tracks") return this.rows(new Uint8Array(this.body, at, size), shape, this.array(`${name}.range`));
    const out = new Float32Array(size);
    if (kind === "f16") {
      const halves = new Uint16Array(this.body, at, size);
      for (let i = 0; i < size; i++) out[i] = ofHalf(halves[i]);
      return out;
    }
    const levels = new Int8Array(this.body, at, size);
    const scale = this.array(`${name}.scale`);
    const each = size / scale.length;
    for (let row = 0, i = 0; row < scale.length; row++)
      for (const end = i + each; i < end; i++) out[i] = scale[row] * levels[i];
    return out;
  }

  /** Number of rows of an array that is kept as motion. */
  length(name: string): number {
    return this.entry(name).shape[2];
  }

  shape(name: string): readonly number[] {
    return this.entry(name).shape;
  }

  /** Numbers in all arrays. */
  get size(): number {
    return [...this.entries.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  }

  private entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new Error(`The voice in this page has no '${name}'. Export the page again.`);
    return entry;
  }

  /** Columns of differences of differences, their low bytes before their high ones, to rows. */
  private rows(bytes: Uint8Array, [, columns, count]: readonly number[], range: Float32Array): Float32Array {
    const bend = (i: number) => ((bytes[i] | (bytes[columns * count + i] << 8)) << 16) >> 16;
    const rows = new Float32Array(columns * count);
    for (let column = 0; column < columns; column++) {
      const low = range[2 * column];
      const step = (range[2 * column + 1] - low) / LEVELS;
      let slope = 0;
      let level = 0;
      for (let row = 0; row < count; row++) {
        slope += bend(column * count + row);
        level += slope;
        rows[row * columns + column] = low + step * level;
      }
    }
    return rows;
  }
}

/** Powers of two by the exponent's bits; those without are as small as those of 1. */
const POWERS = Float32Array.from({ length: 32 }, (_, exponent) => 2 ** (Math.max(exponent, 1) - 25));

function ofHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const size = ((bits & 1023) + (exponent > 0 ? 1024 : 0)) * POWERS[exponent];
  return bits & 0x8000 ? -size : size;
}
