/** Arithmetic on rows of motion: mixing two, turning the head, keeping what poses must be. */

import type { CodeLayout } from "../engine/types.js";

/** Where a head turns on its neck, in its own frame (metres); as in lifemask.speech.life_pose. */
const HEAD_PIVOT_M = [0, -0.06, -0.08] as const;

/** Make the rotation of a pose of 3 x 4 at `at` one again, after mixing. */
function straighten(row: Float32Array, at: number): void {
  const column = (c: number) => [row[at + c]!, row[at + 4 + c]!, row[at + 8 + c]!];
  const set = (c: number, v: number[]) => v.forEach((value, r) => (row[at + 4 * r + c] = value));
  const unit = (v: number[]) => v.map((value) => value / Math.hypot(...v));
  const x = unit(column(0));
  const y0 = column(1);
  const along = x[0]! * y0[0]! + x[1]! * y0[1]! + x[2]! * y0[2]!;
  const y = unit(y0.map((value, i) => value - along * x[i]!));
  set(0, x);
  set(1, y);
  set(2, [x[1]! * y[2]! - x[2]! * y[1]!, x[2]! * y[0]! - x[0]! * y[2]!, x[0]! * y[1]! - x[1]! * y[0]!]);
}

/** `into` = (1 - share) a + share b; poses stay rigid. The three may be the same array. */
export function mixRows(layout: CodeLayout, a: Float32Array, b: Float32Array, share: number, into: Float32Array): void {
  for (let i = 0; i < layout.width; i++) into[i] = a[i]! + share * (b[i]! - a[i]!);
  if (share > 0 && share < 1) {
    straighten(into, layout.offsets.head);
    straighten(into, layout.offsets.torso);
  }
}

/** Take head, torso and the torso's modes from another row. */
export function copyPoses(layout: CodeLayout, from: Float32Array, into: Float32Array): void {
  const { head, torso, torsoModes } = layout.offsets;
  into.set(from.subarray(head, head + 12), head);
  into.set(from.subarray(torso, torso + 12), torso);
  into.set(from.subarray(torsoModes, torsoModes + layout.torsoModes), torsoModes);
}

/** Turn the head about its neck, by angles in radians as the person feels them: `yaw` to their left, `pitch` up,
 * `roll` to their left shoulder. */
export function turnHead(layout: CodeLayout, row: Float32Array, yaw: number, pitch: number, roll: number): void {
  if (yaw === 0 && pitch === 0 && roll === 0) return;
  const turn = multiply(about(1, yaw), multiply(about(0, -pitch), about(2, -roll)));
  const at = layout.offsets.head;
  for (let r = 0; r < 3; r++) {
    const line = [row[at + 4 * r]!, row[at + 4 * r + 1]!, row[at + 4 * r + 2]!];
    let place = row[at + 4 * r + 3]!;
    for (let c = 0; c < 3; c++) {
      const turned = line[0]! * turn[c]! + line[1]! * turn[3 + c]! + line[2]! * turn[6 + c]!;
      place += (line[c]! - turned) * HEAD_PIVOT_M[c]!;
      row[at + 4 * r + c] = turned;
    }
    row[at + 4 * r + 3] = place;
  }
}

/** The rotation (3 x 3, by rows) about axis 0, 1 or 2. */
function about(axis: number, angle: number): number[] {
  const matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [p, q] = [(axis + 1) % 3, (axis + 2) % 3];
  matrix[4 * p] = matrix[4 * q] = Math.cos(angle);
  matrix[3 * p + q] = -Math.sin(angle);
  matrix[3 * q + p] = Math.sin(angle);
  return matrix;
}

function multiply(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const [r, c] = [3 * Math.floor(i / 3), i % 3];
    return a[r]! * b[c]! + a[r + 1]! * b[3 + c]! + a[r + 2]! * b[6 + c]!;
  });
}
