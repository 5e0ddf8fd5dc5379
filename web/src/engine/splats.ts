/**
 * From posed vertices and weights of the bases to splats as Spark's renderer takes them (`SplatAccumulator` with
 * `extSplats`: 32 bytes each), in the order in which they are drawn; lifemask.avatar.blend and binding.
 */

import type { Pack } from "./pack";

const COLUMNS = 14;
const BARYCENTRIC_STEPS = 255;
const LOG_MAX_SCALE = Math.log(0.05);
const OPACITY_MAX = 0.999;
const OPACITY_MIN = 1 / 255;
const NEAR_M = 0.01;
const DEPTHS = 1 << 16;

/** Splats in a row of Spark's textures, and numbers of its order in a row of that texture. */
export const SPLATS_IN_A_ROW = 2048;
export const ORDERS_IN_A_ROW = 4096 * 4;

/** One moment's splats: two rows of Spark's textures for every `SPLATS_IN_A_ROW`, and the first `drawn` numbers of
 * `order`, farthest first. */
export interface SplatFrame {
  readonly places: Uint32Array<ArrayBuffer>;
  readonly looks: Uint32Array<ArrayBuffer>;
  readonly order: Uint32Array<ArrayBuffer>;
  drawn: number;
}

export function emptyFrame(count: number): SplatFrame {
  const texels = Math.ceil(count / SPLATS_IN_A_ROW) * SPLATS_IN_A_ROW * 4;
  const order = Math.ceil(count / ORDERS_IN_A_ROW) * ORDERS_IN_A_ROW;
  return { places: new Uint32Array(texels), looks: new Uint32Array(texels), order: new Uint32Array(order), drawn: 0 };
}

/** The Gaussians of one part, head or torso: which they are, and their bases. */
interface Part {
  readonly first: number;
  readonly count: number;
  /** [basis][column][Gaussian] in steps [basis][column]. */
  readonly bases: Int8Array;
  readonly steps: Float32Array;
}

export class Splats {
  readonly count: number;
  private readonly corners: Uint32Array;
  private readonly barycentric: Float32Array;
  /** Attributes [column][Gaussian]: at rest, and of the last moment. */
  private readonly base: Float32Array;
  private readonly now: Float32Array;
  private readonly parts: Part[];
  private readonly depths: Float32Array;
  private readonly starts = new Uint32Array(DEPTHS + 1);

  constructor(pack: Pack) {
    const count = pack.header.gaussians;
    const head = pack.header.head_gaussians;
    this.count = count;
    const corners = pack.array("corners");
    const barycentric = pack.array("barycentric");
    this.corners = new Uint32Array(3 * count);
    this.barycentric = new Float32Array(3 * count);
    for (let n = 0, first = 0; n < count; n++) {
      first += corners[n];
      const [second, third] = [barycentric[n] / BARYCENTRIC_STEPS, barycentric[count + n] / BARYCENTRIC_STEPS];
      this.corners.set([3 * first, 3 * (first + corners[count + n]), 3 * (first + corners[2 * count + n])], 3 * n);
      this.barycentric.set([1 - second - third, second, third], 3 * n);
    }
    const base = pack.array("base");
    const steps = pack.floats("base_steps");
    this.base = new Float32Array(COLUMNS * count);
    for (let i = 0; i < base.length; i++) this.base[i] = base[i] * steps[Math.floor(i / count)];
    this.now = new Float32Array(COLUMNS * count);
    this.parts = [
      { first: 0, count: head, bases: bases(pack, "head"), steps: pack.floats("head_steps") },
      { first: head, count: count - head, bases: bases(pack, "torso"), steps: pack.floats("torso_steps") },
    ];
    this.depths = new Float32Array(count);
  }

  /** Fill `frame.places` and `frame.looks`: splats on `vertices` (metres, the camera's frame, OpenCV axes), in three's
   * axes (y up, z towards the viewer). */
  place(vertices: Float32Array, weights: readonly Float32Array[], frame: SplatFrame): void {
    this.blend(weights);
    const { now: a, count: N, corners, barycentric: b } = this;
    const v = vertices;
    const { places, looks } = frame;
    const float = new Float32Array(places.buffer);
    for (let n = 0; n < N; n++) {
      const i = corners[3 * n];
      const j = corners[3 * n + 1];
      const k = corners[3 * n + 2];
      // The triangle's frame: e along its first edge, t, and its normal n.
      const ux = v[j] - v[i];
      const uy = v[j + 1] - v[i + 1];
      const uz = v[j + 2] - v[i + 2];
      const wx = v[k] - v[i];
      const wy = v[k + 1] - v[i + 1];
      const wz = v[k + 2] - v[i + 2];
      let mx = uy * wz - uz * wy;
      let my = uz * wx - ux * wz;
      let mz = ux * wy - uy * wx;
      const lu = 1 / Math.max(Math.sqrt(ux * ux + uy * uy + uz * uz), 1e-12);
      const lm = 1 / Math.max(Math.sqrt(mx * mx + my * my + mz * mz), 1e-12);
      const ex = ux * lu;
      const ey = uy * lu;
      const ez = uz * lu;
      mx *= lm;
      my *= lm;
      mz *= lm;
      const tx = my * ez - mz * ey;
      const ty = mz * ex - mx * ez;
      const tz = mx * ey - my * ex;

      const px = a[n];
      const py = a[N + n];
      const pz = a[2 * N + n];
      const b0 = b[3 * n];
      const b1 = b[3 * n + 1];
      const b2 = b[3 * n + 2];
      const at = 4 * n;
      float[at] = b0 * v[i] + b1 * v[j] + b2 * v[k] + ex * px + tx * py + mx * pz;
      float[at + 1] = -(b0 * v[i + 1] + b1 * v[j + 1] + b2 * v[k + 1] + ey * px + ty * py + my * pz);
      float[at + 2] = -(b0 * v[i + 2] + b1 * v[j + 2] + b2 * v[k + 2] + ez * px + tz * py + mz * pz);
      places[at + 3] = half(Math.min(1 / (1 + Math.exp(-a[13 * N + n])), OPACITY_MAX));

      // The frame's rotation as a quaternion, by the formula with the largest divisor.
      let qw: number;
      let qx: number;
      let qy: number;
      let qz: number;
      if (ex + ty + mz > 0) {
        const s = Math.sqrt(1 + ex + ty + mz);
        qw = 0.5 * s;
        qx = ((tz - my) * 0.5) / s;
        qy = ((mx - ez) * 0.5) / s;
        qz = ((ey - tx) * 0.5) / s;
      } else if (ex >= ty && ex >= mz) {
        const s = Math.sqrt(1 + ex - ty - mz);
        qw = ((tz - my) * 0.5) / s;
        qx = 0.5 * s;
        qy = ((tx + ey) * 0.5) / s;
        qz = ((mx + ez) * 0.5) / s;
      } else if (ty >= mz) {
        const s = Math.sqrt(1 - ex + ty - mz);
        qw = ((mx - ez) * 0.5) / s;
        qx = ((tx + ey) * 0.5) / s;
        qy = 0.5 * s;
        qz = ((my + tz) * 0.5) / s;
      } else {
        const s = Math.sqrt(1 - ex - ty + mz);
        qw = ((ey - tx) * 0.5) / s;
        qx = ((mx + ez) * 0.5) / s;
        qy = ((my + tz) * 0.5) / s;
        qz = 0.5 * s;
      }
      const lw = a[3 * N + n];
      const lx = a[4 * N + n];
      const ly = a[5 * N + n];
      const lz = a[6 * N + n];
      const rw = qw * lw - qx * lx - qy * ly - qz * lz;
      const rx = qw * lx + qx * lw + qy * lz - qz * ly;
      const ry = qw * ly - qx * lz + qy * lw + qz * lx;
      const rz = qw * lz + qx * ly - qy * lx + qz * lw;

      looks[at] = half(unit(a[10 * N + n])) | (half(unit(a[11 * N + n])) << 16);
      looks[at + 1] = half(unit(a[12 * N + n])) | (half(Math.min(a[7 * N + n], LOG_MAX_SCALE)) << 16);
      looks[at + 2] =
        half(Math.min(a[8 * N + n], LOG_MAX_SCALE)) | (half(Math.min(a[9 * N + n], LOG_MAX_SCALE)) << 16);
      // Half a turn about x takes OpenCV's axes to three's.
      looks[at + 3] = octahedral(-rx, rw, -rz, ry);
    }
  }

  /** Fill `frame.order` with the splats that can be seen, farthest first along the axis whose depth is
   * `row` (x, y, z) times place plus `row` (w). */
  sort(row: readonly number[], frame: SplatFrame): void {
    const place = new Float32Array(frame.places.buffer);
    const { depths, starts, count } = this;
    const [x, y, z, w] = row;
    const least = half(OPACITY_MIN);
    let low = Infinity;
    let high = -Infinity;
    for (let n = 0, at = 0; n < count; n++, at += 4) {
      const depth = x * place[at] + y * place[at + 1] + z * place[at + 2] + w;
      if (depth < NEAR_M || frame.places[at + 3] < least) {
        depths[n] = -1;
        continue;
      }
      depths[n] = depth;
      if (depth < low) low = depth;
      if (depth > high) high = depth;
    }
    // A counting sort by 65 536 depths between the nearest and the farthest.
    const scale = high > low ? (DEPTHS - 1) / (high - low) : 0;
    starts.fill(0);
    for (let n = 0; n < count; n++) if (depths[n] >= 0) starts[(((high - depths[n]) * scale) | 0) + 1]++;
    for (let i = 1; i <= DEPTHS; i++) starts[i] += starts[i - 1];
    frame.drawn = starts[DEPTHS];
    for (let n = 0; n < count; n++) if (depths[n] >= 0) frame.order[starts[((high - depths[n]) * scale) | 0]++] = n;
  }

  private blend(weights: readonly Float32Array[]): void {
    const { now, count } = this;
    now.set(this.base);
    this.parts.forEach((part, number) => {
      const size = part.count;
      for (let basis = 0; basis < weights[number].length; basis++) {
        for (let column = 0; column < COLUMNS; column++) {
          const entry = basis * COLUMNS + column;
          const factor = weights[number][basis] * part.steps[entry];
          const from = entry * size;
          add(now, column * count + part.first, part.bases, from, size, factor);
        }
      }
    });
  }
}

function add(to: Float32Array, at: number, from: Int8Array, first: number, size: number, factor: number): void {
  for (let i = 0; i < size; i++) to[at + i] += factor * from[first + i];
}

function bases(pack: Pack, name: string): Int8Array {
  return pack.array(`${name}_bases`) as Int8Array;
}

function unit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** Bits of the nearest number of 16 bits; nothing below 2^-14, and of less than 65 504. */
function half(value: number): number {
  scratch[0] = value;
  const x = bits[0];
  const shifted = (x & 0x7fffffff) - 0x38000000 + 0x1000;
  return shifted < 0x800000 ? 0 : ((x >>> 16) & 0x8000) | (shifted >> 13);
}

/** A rotation as Spark's extended splats keep it: the axis on an octahedron (10 + 10 bits), the angle (12 bits). */
function octahedral(w: number, x: number, y: number, z: number): number {
  const sign = w < 0 ? -1 : 1;
  const sine = Math.sqrt(x * x + y * y + z * z);
  const angle = 2 * Math.atan2(sine, sign * w);
  const sum = sign * (Math.abs(x) + Math.abs(y) + Math.abs(z));
  let u = 1;
  let v = 0;
  if (sine > 1e-6 * Math.abs(w)) {
    u = x / sum;
    v = y / sum;
    if (sign * z < 0) {
      const before = u;
      u = (1 - Math.abs(v)) * (u >= 0 ? 1 : -1);
      v = (1 - Math.abs(before)) * (v >= 0 ? 1 : -1);
    }
  }
  const angleSteps = Math.round(angle * (4095 / Math.PI));
  return (angleSteps << 20) | (Math.round((v * 0.5 + 0.5) * 1023) << 10) | Math.round((u * 0.5 + 0.5) * 1023);
}
