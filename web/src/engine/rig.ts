/** From a row of motion to posed vertices: lifemask.rig.skinning, for the built-in head. */

import type { Pack } from "./pack";
import type { CodeLayout } from "./types";

const EXPRESSION_STEP_M = 1e-5;
const JOINTS = 5;
const NECK = 1;
const EYES = [3, 4];

export class Rig {
  /** x, y, z of every vertex in the camera's frame, metres; filled by `pose`. */
  readonly vertices: Float32Array;
  private readonly neutral: Float32Array;
  private readonly face: Float32Array;
  private readonly skin: Float32Array;
  private readonly joints: Float32Array;
  private readonly counts: Uint32Array;
  private readonly moved: Uint32Array;
  private readonly moves: Float32Array;
  private readonly count: number;

  constructor(
    pack: Pack,
    private readonly layout: CodeLayout,
  ) {
    const neutral = pack.array("neutral");
    const step = pack.floats("neutral_step")[0];
    this.count = pack.shape("neutral")[1];
    this.neutral = new Float32Array(3 * this.count);
    for (let v = 0; v < this.count; v++) {
      for (let axis = 0; axis < 3; axis++) this.neutral[3 * v + axis] = neutral[axis * this.count + v] * step;
    }
    this.face = new Float32Array(3 * this.count);
    this.vertices = new Float32Array(3 * this.count);
    this.joints = pack.floats("joints").slice();
    this.skin = shares(pack.array("skin"), this.count);
    this.counts = Uint32Array.from(pack.array("expression_counts"));
    const vertices = pack.array("expression_vertices");
    const moves = pack.array("expression_moves");
    this.moved = new Uint32Array(vertices.length);
    this.moves = new Float32Array(moves.length);
    let entry = 0;
    for (const count of this.counts) {
      for (let vertex = 0, end = entry + count; entry < end; entry++) {
        vertex += vertices[entry];
        this.moved[entry] = 3 * vertex;
        for (let axis = 0; axis < 3; axis++) {
          this.moves[3 * entry + axis] = moves[axis * vertices.length + entry] * EXPRESSION_STEP_M;
        }
      }
    }
  }

  pose(code: Float32Array): void {
    const { face, moved, moves } = this;
    face.set(this.neutral);
    let entry = 0;
    for (let e = 0; e < this.counts.length; e++) {
      const weight = code[this.layout.offsets.expression + e];
      const end = entry + this.counts[e];
      if (weight === 0) {
        entry = end;
        continue;
      }
      for (; entry < end; entry++) {
        const at = moved[entry];
        face[at] += weight * moves[3 * entry];
        face[at + 1] += weight * moves[3 * entry + 1];
        face[at + 2] += weight * moves[3 * entry + 2];
      }
    }
    const motions = this.motions(code);
    const { skin, vertices } = this;
    const m = new Float32Array(12);
    for (let v = 0; v < this.count; v++) {
      m.fill(0);
      for (let joint = 0; joint < JOINTS; joint++) {
        const share = skin[JOINTS * v + joint];
        if (share === 0) continue;
        const motion = motions[joint];
        for (let i = 0; i < 12; i++) m[i] += share * motion[i];
      }
      const x = face[3 * v];
      const y = face[3 * v + 1];
      const z = face[3 * v + 2];
      vertices[3 * v] = m[0] * x + m[1] * y + m[2] * z + m[3];
      vertices[3 * v + 1] = m[4] * x + m[5] * y + m[6] * z + m[7];
      vertices[3 * v + 2] = m[8] * x + m[9] * y + m[10] * z + m[11];
    }
  }

  /** Where the point between the eyes' centres, the origin of the head, is in the camera's frame. */
  headCentre(code: Float32Array): [number, number, number] {
    const at = this.layout.offsets.head;
    return [code[at + 3], code[at + 7], code[at + 11]];
  }

  /** The 3 x 4 rows of torso, neck, head and both eyes. */
  private motions(code: Float32Array): Float32Array[] {
    const { head, torso, eyes } = this.layout.offsets;
    const wide = code.slice(head, head + 12);
    const body = code.slice(torso, torso + 12);
    const neck = times(body, halfWay(times(inverse(body), wide), this.joint(NECK)));
    const carried = EYES.map((joint, side) => {
      const turn = gaze(code[eyes + 2 * side], code[eyes + 2 * side + 1]);
      const centre = this.joint(joint);
      for (let row = 0; row < 3; row++) turn[4 * row + 3] = centre[row] - dot(turn, row, centre);
      return times(wide, turn);
    });
    return [body, neck, wide, ...carried];
  }

  private joint(number: number): Float32Array {
    return this.joints.subarray(3 * number, 3 * number + 3);
  }
}

/** Skin weights [vertex][joint] that add up to one, from [joint][vertex]. */
function shares(steps: ArrayLike<number>, count: number): Float32Array {
  const skin = new Float32Array(JOINTS * count);
  for (let v = 0; v < count; v++) {
    let sum = 0;
    for (let joint = 0; joint < JOINTS; joint++) sum += steps[joint * count + v];
    for (let joint = 0; joint < JOINTS; joint++) skin[JOINTS * v + joint] = steps[joint * count + v] / sum;
  }
  return skin;
}

function dot(rows: ArrayLike<number>, row: number, point: ArrayLike<number>): number {
  return rows[4 * row] * point[0] + rows[4 * row + 1] * point[1] + rows[4 * row + 2] * point[2];
}

/** Product of two rigid 3 x 4 transforms. */
function times(a: ArrayLike<number>, b: ArrayLike<number>): Float32Array {
  const out = new Float32Array(12);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = column === 3 ? a[4 * row + 3] : 0;
      for (let k = 0; k < 3; k++) sum += a[4 * row + k] * b[4 * k + column];
      out[4 * row + column] = sum;
    }
  }
  return out;
}

function inverse(a: ArrayLike<number>): Float32Array {
  const out = new Float32Array(12);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      out[4 * row + column] = a[4 * column + row];
      out[4 * row + 3] -= a[4 * column + row] * a[4 * column + 3];
    }
  }
  return out;
}

/** Half of a rigid motion: half its rotation about the pivot, and half the pivot's way. */
function halfWay(motion: Float32Array, pivot: ArrayLike<number>): Float32Array {
  const cosine = Math.sqrt(Math.max(1 + motion[0] + motion[5] + motion[10], 1e-12)) / 2;
  const half = new Float32Array(12);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      const one = row === column ? 1 : 0;
      const r = motion[4 * row + column];
      const t = motion[4 * column + row];
      half[4 * row + column] = one + (r - t) / (4 * cosine) + (r + t - 2 * one) / (4 * (1 + cosine));
    }
  }
  for (let row = 0; row < 3; row++) {
    const goesTo = 0.5 * (pivot[row] + dot(motion, row, pivot) + motion[4 * row + 3]);
    half[4 * row + 3] = goesTo - dot(half, row, pivot);
  }
  return half;
}

/** Pitch first, then yaw about the head's vertical, as 3 x 4 rows without a shift. */
function gaze(yaw: number, pitch: number): Float32Array {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return Float32Array.of(cy, -sy * sp, sy * cp, 0, 0, cp, sp, 0, -sy, -cy * sp, cy * cp, 0);
}
