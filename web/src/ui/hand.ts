/** What the sliders add to whatever else moves the face. */

import type { AvatarInfo } from "../engine/types.js";
import { turnHead } from "./rows.js";

/** Half of the way to where a slider stands is gone in this time. */
const HALF_S = 0.045;
const ARRIVED = 1e-4;
/** How much of an `eyeLook` weight goes with a radian of gaze: lids go along with eyes. */
const LIDS_PER_RADIAN = 1.4;

/** Keys beside the names of expressions. Angles in radians: gaze to the subject's left and up, the head's turn to the
 * subject's left, up, and towards the left shoulder. */
export const GAZE_YAW = "gaze yaw";
export const GAZE_PITCH = "gaze pitch";
export const HEAD_YAW = "head yaw";
export const HEAD_PITCH = "head pitch";
export const HEAD_ROLL = "head roll";

/** Values by name: where the sliders stand, and where the face has followed them to. */
export class Hand {
  private readonly wanted = new Map<string, number>();
  private readonly reached = new Map<string, number>();
  private readonly place: Map<string, number>;

  constructor(private readonly info: AvatarInfo) {
    this.place = new Map(info.layout.expressionNames.map((name, i) => [name, info.layout.offsets.expression + i]));
  }

  set(name: string, value: number): void {
    this.wanted.set(name, value);
  }

  get(name: string): number {
    return this.wanted.get(name) ?? 0;
  }

  clear(): void {
    for (const name of this.wanted.keys()) this.wanted.set(name, 0);
  }

  /** Move on by `seconds`, and add all to a row. A weight at 1 is 1 whatever drives; on the way there the driver's
   * share fades. */
  apply(row: Float32Array, seconds: number): void {
    const stay = Math.pow(0.5, seconds / HALF_S);
    for (const [name, wanted] of this.wanted) {
      const from = this.reached.get(name) ?? 0;
      const value = Math.abs(from - wanted) < ARRIVED ? wanted : wanted + (from - wanted) * stay;
      this.reached.set(name, value);
      const at = this.place.get(name);
      if (at !== undefined && value !== 0) row[at] = row[at]! + value * (1 - Math.min(row[at]!, 1));
    }
    this.look(row, this.reached.get(GAZE_YAW) ?? 0, this.reached.get(GAZE_PITCH) ?? 0);
    const turn = (name: string) => this.reached.get(name) ?? 0;
    turnHead(this.info.layout, row, turn(HEAD_YAW), turn(HEAD_PITCH), turn(HEAD_ROLL));
  }

  private look(row: Float32Array, yaw: number, pitch: number): void {
    if (yaw === 0 && pitch === 0) return;
    const { eyes } = this.info.layout.offsets;
    for (const side of [0, 2]) {
      row[eyes + side] = row[eyes + side]! + yaw;
      row[eyes + side + 1] = row[eyes + side + 1]! + pitch;
    }
    const lid = (name: string, amount: number) => {
      const at = this.place.get(name);
      if (at !== undefined) row[at] = Math.min(1, Math.max(0, row[at]! + LIDS_PER_RADIAN * amount));
    };
    for (const side of ["Left", "Right"]) {
      lid(`eyeLookUp${side}`, pitch);
      lid(`eyeLookDown${side}`, -pitch);
    }
    lid("eyeLookOutLeft", yaw);
    lid("eyeLookInLeft", -yaw);
    lid("eyeLookInRight", yaw);
    lid("eyeLookOutRight", -yaw);
  }
}
