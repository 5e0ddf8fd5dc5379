/** Everything that moves and is not the mouth: two loops of the person's own life (`lifemask.viewer.voice_pack_life`),
 * one of listening and one of speaking, cross-faded by how much is spoken. After about 90 s they begin again. */

import type { VoicePack } from "./pack";
import { Rows } from "./rows";

const DT_S = 1 / 25;
/** How fast somebody who begins to speak becomes lively, and who has ended becomes a listener
 * (`lifemask.speech.life_activity`). */
const PRESENT_S = 0.3;
const LEFT_S = 3;
const EYES = 4;
const POSE = 6;

interface Loop {
  readonly rows: Float32Array;
  readonly length: number;
}

export class Life {
  private readonly loops: [Loop, Loop];
  private readonly width: number;
  private readonly names: number;
  private readonly lids: number;
  private readonly modes: number;
  private readonly along: Record<string, Float32Array> = {};
  private readonly poses: [Pose, Pose];
  private readonly now: Float32Array;
  private at = 0;
  private present = 0;
  /** The loop whose blink is being made; null between blinks. */
  private blinking: Loop | null = null;

  constructor(
    pack: VoicePack,
    private readonly rows: Rows,
  ) {
    const { names, lids, modes } = pack.header.life;
    this.names = names.length;
    this.lids = lids;
    this.modes = modes;
    this.width = this.names + EYES + 2 * POSE + modes + 1;
    const loop = (name: string) => ({ rows: pack.array(`life.${name}`), length: pack.length(`life.${name}`) });
    this.loops = [loop("listening"), loop("speaking")];
    for (const name of ["shut", "face", "looks", "gaze", "share", "known"]) this.along[name] = pack.array(`life.${name}`);
    const pivots = pack.array("life.pivots");
    this.poses = [
      new Pose(pack.array("life.head_mean"), pivots.subarray(0, 3)),
      new Pose(pack.array("life.torso_mean"), pivots.subarray(3)),
    ];
    this.now = new Float32Array(this.width);
  }

  /** Begin the loops again, with nobody speaking. */
  reset(): void {
    this.at = this.present = 0;
    this.blinking = null;
  }

  /** The next moment of life into a row of motion at `out[to]`, while it is spoken as much as `speaking`, 0 to 1. */
  step(speaking: number, out: Float32Array, to: number): void {
    const seconds = speaking > this.present ? PRESENT_S : LEFT_S;
    this.present += (1 - Math.exp(-DT_S / seconds)) * (speaking - this.present);
    const [listens, speaks] = this.loops.map((loop) => (this.at % loop.length) * this.width);
    const [a, b] = this.loops;
    for (let c = 0; c < this.width; c++)
      this.now[c] = a.rows[listens + c] + this.present * (b.rows[speaks + c] - a.rows[listens + c]);
    this.shut(this.lidsShut());
    this.at++;
    this.write(out, to);
  }

  /** A blink is made whole by the loop in which it begins; the other's are left out meanwhile. */
  private lidsShut(): number {
    const shut = (loop: Loop) => loop.rows[(this.at % loop.length) * this.width + this.width - 1];
    this.blinking ??= this.loops[this.present < 0.5 ? 0 : 1];
    const now = shut(this.blinking);
    if (now > 0) return now;
    this.blinking = null;
    return 0;
  }

  /** Lids, and what goes along with them, as `lifemask.speech.life` shuts them. */
  private shut(shut: number): void {
    const { now, lids, names } = this;
    const { shut: closed, face, looks, gaze, share, known } = this.along;
    const wholly = shut * known[0];
    const towards = (column: number, aim: number, part: number) => (now[column] += part * (aim - now[column]));
    for (let i = 0; i < 2; i++) towards(i, closed[i], shut);
    for (let i = 2; i < lids; i++) towards(i, looks[i - 2], wholly);
    for (let i = lids; i < names; i++) towards(i, face[i - lids], shut * share[i - lids]);
    for (let i = 0; i < EYES; i++) towards(names + i, gaze[i % 2], wholly);
  }

  private write(out: Float32Array, to: number): void {
    const { now, names, rows, modes } = this;
    for (let i = 0; i < names; i++) out[to + rows.life[i]] = Math.min(Math.max(now[i], 0), 1);
    for (let i = 0; i < EYES; i++) out[to + rows.eyes + i] = now[names + i];
    this.poses[0].write(now, names + EYES, out, to + rows.head);
    this.poses[1].write(now, names + EYES + POSE, out, to + rows.torso);
    const from = names + EYES + 2 * POSE;
    for (let i = 0; i < Math.min(modes, rows.torsoModeCount); i++) out[to + rows.torsoModes + i] = now[from + i];
  }
}

/** A rigid part: its turn (a rotation vector, radians) and its move (metres) about its mean, to a pose
 * (`lifemask.speech.life_pose`). */
class Pose {
  private readonly turn = new Float64Array(9);
  private readonly place: number[];

  constructor(
    private readonly mean: Float32Array,
    private readonly pivot: Float32Array,
  ) {
    this.place = [0, 1, 2].map((i) => mean[4 * i + 3] + [0, 1, 2].reduce((sum, j) => sum + mean[4 * i + j] * pivot[j], 0));
  }

  /** Three rows of four of `camera_from_part`. */
  write(channels: Float32Array, from: number, out: Float32Array, to: number): void {
    const { mean, pivot, place, turn } = this;
    rotation(channels[from], channels[from + 1], channels[from + 2], turn);
    for (let i = 0; i < 3; i++) {
      let moved = place[i] + channels[from + 3 + i];
      for (let j = 0; j < 3; j++) {
        let sum = 0;
        for (let k = 0; k < 3; k++) sum += turn[3 * i + k] * mean[4 * k + j];
        out[to + 4 * i + j] = sum;
        moved -= sum * pivot[j];
      }
      out[to + 4 * i + 3] = moved;
    }
  }
}

/** Rodrigues' formula. */
function rotation(x: number, y: number, z: number, out: Float64Array): void {
  const angle2 = x * x + y * y + z * z;
  const angle = Math.sqrt(angle2);
  const small = angle2 < 1e-8;
  const s = small ? 1 - angle2 / 6 : Math.sin(angle) / angle;
  const c = small ? 0.5 - angle2 / 24 : (1 - Math.cos(angle)) / angle2;
  out[0] = 1 - c * (y * y + z * z);
  out[1] = c * x * y - s * z;
  out[2] = c * x * z + s * y;
  out[3] = c * x * y + s * z;
  out[4] = 1 - c * (x * x + z * z);
  out[5] = c * y * z - s * x;
  out[6] = c * x * z - s * y;
  out[7] = c * y * z + s * x;
  out[8] = 1 - c * (x * x + y * y);
}
