/** From a row of motion to the weights of the bases: lifemask.avatar.model.CodeSpace and its two networks. */

import type { Pack } from "./pack";
import type { CodeLayout } from "./types";

const MARGIN = 0.1;
const EXPRESSION_SCALE = 2;
const GAZE_SCALE = 3;

export class Networks {
  private readonly head: Network;
  private readonly torso: Network;
  private readonly space: Record<string, Float32Array> = {};

  constructor(
    pack: Pack,
    private readonly layout: CodeLayout,
  ) {
    this.head = new Network(pack, "head");
    this.torso = new Network(pack, "torso");
    for (const name of Object.keys(pack.header.sections)) {
      if (name.startsWith("space.")) this.space[name.slice(6)] = pack.floats(name);
    }
  }

  /** Weights of the head's and of the torso's bases. */
  weights(code: Float32Array): [Float32Array, Float32Array] {
    const { space, layout } = this;
    const at = layout.offsets;
    const head = turnOf(code, at.head);
    const torso = turnOf(code, at.torso);
    const poses = new Float32Array(15);
    for (let i = 0; i < 3; i++) {
      poses[i] = head[i] - space.head_turn[i];
      poses[3 + i] = torso[i] - space.torso_turn[i];
      poses[6 + i] = poses[i] - poses[3 + i];
      poses[9 + i] = code[at.torso + 4 * i + 3] - space.torso_place_m[i];
      poses[12 + i] = code[at.head + 4 * i + 3] - space.head_place_m[i];
    }
    softlyWithin(poses, space.pose_low, space.pose_high);
    const count = layout.expressionNames.length;
    const faces = new Float32Array(count + 4);
    for (let e = 0; e < count; e++) faces[e] = (code[at.expression + e] - space.expression_mean[e]) * EXPRESSION_SCALE;
    for (let i = 0; i < 4; i++) faces[count + i] = code[at.eyes + i] * GAZE_SCALE;
    softlyWithin(faces, space.face_low, space.face_high);

    const scaled = (from: number, factor: number) => [0, 1, 2].map((i) => poses[from + i] * factor);
    const face = [...faces, ...scaled(0, 3), ...scaled(6, 3), ...code.subarray(at.faceModes, at.faceModes + layout.faceModes)];
    const body = [
      ...scaled(3, 10),
      ...scaled(9, 25),
      ...scaled(0, 3),
      ...scaled(12, 10),
      ...code.subarray(at.torsoModes, at.torsoModes + layout.torsoModes),
    ];
    return [this.head.run(face), this.torso.run(body)];
  }
}

/** Values beyond the limits go on ever slower and stop a little outside. */
function softlyWithin(values: Float32Array, low: Float32Array, high: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    const inside = Math.min(Math.max(values[i], low[i]), high[i]);
    const room = MARGIN * (high[i] - low[i]) + 1e-6;
    values[i] = inside + room * Math.tanh((values[i] - inside) / room);
  }
}

/** Axis times angle by which the 3 x 4 rows at `at` are turned away from facing the camera upright. */
function turnOf(code: Float32Array, at: number): [number, number, number] {
  const m = (row: number, column: number) => (column === 0 ? 1 : -1) * code[at + 4 * row + column];
  const x = m(2, 1) - m(1, 2);
  const y = m(0, 2) - m(2, 0);
  const z = m(1, 0) - m(0, 1);
  const sine = Math.sqrt(x * x + y * y + z * z) / 2;
  const angle = Math.atan2(sine, (m(0, 0) + m(1, 1) + m(2, 2) - 1) / 2);
  const factor = sine < 1e-4 ? 0.5 + (angle * angle) / 12 : angle / (2 * sine);
  return [x * factor, y * factor, z * factor];
}

/** Three layers with leaky rectifiers between them. */
class Network {
  private readonly layers: { weight: Float32Array; bias: Float32Array }[];

  constructor(pack: Pack, name: string) {
    this.layers = [0, 2, 4].map((layer) => ({
      weight: pack.floats(`${name}_net.${layer}.weight`),
      bias: pack.floats(`${name}_net.${layer}.bias`),
    }));
  }

  run(inputs: ArrayLike<number>): Float32Array {
    let values = Float32Array.from(inputs);
    this.layers.forEach(({ weight, bias }, layer) => {
      const next = new Float32Array(bias.length);
      for (let row = 0; row < next.length; row++) {
        let sum = bias[row];
        for (let i = 0, w = row * values.length; i < values.length; i++) sum += weight[w + i] * values[i];
        next[row] = layer < 2 && sum < 0 ? 0.1 * sum : sum;
      }
      values = next;
    });
    return values;
  }
}
