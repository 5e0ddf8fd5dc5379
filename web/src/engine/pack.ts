/** Reads a packed avatar (docs/formats/packed_avatar.md). */

import type { AvatarInfo, CodeLayout } from "./types";

const MAGIC = "LMPK";
const SCHEMA = "lifemask-packed-avatar-1";

type Numbers = Float32Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Uint32Array;

interface Section {
  readonly kind: "f32" | "i8" | "u8" | "i16" | "u16" | "u32";
  readonly shape: readonly number[];
  readonly at: number;
}

interface Header {
  readonly schema: string;
  readonly name: string;
  readonly layout: { expression_names: string[]; torso_modes: number; face_modes: number };
  readonly camera: { focal: [number, number]; principal: [number, number]; size: [number, number] };
  readonly frame_size: [number, number];
  readonly trained_scale: number;
  readonly gaussians: number;
  readonly head_gaussians: number;
  readonly filmed: { yaw: [number, number]; pitch: [number, number] };
  readonly card: Record<string, unknown> | null;
  readonly sections: Record<string, Section>;
}

/** A packed avatar, unpacked: its header, and its arrays by name with their shapes. */
export class Pack {
  private constructor(
    readonly header: Header,
    private readonly block: ArrayBuffer,
    private readonly start: number,
  ) {}

  static async read(packed: ArrayBuffer): Promise<Pack> {
    const data = await unzipped(packed);
    const text = new TextDecoder();
    if (text.decode(data.slice(0, 4)) !== MAGIC) throw new Error("This is no packed avatar.");
    const end = 8 + new DataView(data).getUint32(4, true);
    const header = JSON.parse(text.decode(data.slice(8, end))) as Header;
    if (header.schema !== SCHEMA) throw new Error(`This packed avatar has the schema ${header.schema}, not ${SCHEMA}.`);
    return new Pack(header, data, end);
  }

  shape(name: string): readonly number[] {
    return this.section(name).shape;
  }

  floats(name: string): Float32Array {
    return this.array(name) as Float32Array;
  }

  array(name: string): Numbers {
    const { kind, shape, at } = this.section(name);
    const count = shape.reduce((a, b) => a * b, 1);
    const first = this.start + at;
    switch (kind) {
      case "f32":
        return new Float32Array(this.block, first, count);
      case "u32":
        return new Uint32Array(this.block, first, count);
      case "i8":
        return new Int8Array(this.block, first, count);
      case "u8":
        return new Uint8Array(this.block, first, count);
      default: {
        // All low bytes, then all high ones.
        const bytes = new Uint8Array(this.block, first, 2 * count);
        const values = kind === "i16" ? new Int16Array(count) : new Uint16Array(count);
        for (let i = 0; i < count; i++) values[i] = bytes[i] | (bytes[count + i] << 8);
        return values;
      }
    }
  }

  /** What the page shows and others build on. */
  info(): AvatarInfo {
    const own = this.header;
    return {
      name: own.name,
      layout: layoutOf(own.layout.expression_names, own.layout.torso_modes, own.layout.face_modes),
      camera: own.camera,
      frameSize: own.frame_size,
      gaussians: own.gaussians,
      headGaussians: own.head_gaussians,
      rest: this.floats("rest").slice(),
      filmed: own.filmed,
      card: own.card,
    };
  }

  private section(name: string): Section {
    const section = this.header.sections[name];
    if (!section) throw new Error(`This packed avatar has no '${name}'.`);
    return section;
  }
}

/** As `lifemask.avatar.code_rows.CodeLayout`. */
export function layoutOf(expressionNames: readonly string[], torsoModes: number, faceModes: number): CodeLayout {
  const sizes = [expressionNames.length, 4, 12, 12, torsoModes, faceModes];
  const begin = sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0));
  return {
    expressionNames,
    torsoModes,
    faceModes,
    width: sizes.reduce((a, b) => a + b, 0),
    offsets: {
      expression: begin[0],
      eyes: begin[1],
      head: begin[2],
      torso: begin[3],
      torsoModes: begin[4],
      faceModes: begin[5],
    },
  };
}

/** Content of a gzip file. */
async function unzipped(packed: ArrayBuffer): Promise<ArrayBuffer> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return await new Response(stream).arrayBuffer();
  } catch {
    throw new Error("This avatar cannot be unpacked: it was cut, or changed by another program.");
  }
}
