/** Where in a row of motion (`lifemask.avatar.code_rows`) the parts of a voice stand. */

import type { VoiceHeader } from "./pack";

const EYES = 4;
const POSE = 12;
const MODE = "face_mode_";

export class Rows {
  readonly width: number;
  /** Columns of the mouth's weights, and of the expressions of the life. */
  readonly mouth: readonly number[];
  readonly life: readonly number[];
  readonly eyes: number;
  readonly head: number;
  readonly torso: number;
  readonly torsoModes: number;
  readonly torsoModeCount: number;

  constructor({ layout, mouth, life }: VoiceHeader) {
    const { expressionNames, torsoModes, faceModes } = layout;
    this.eyes = expressionNames.length;
    this.head = this.eyes + EYES;
    this.torso = this.head + POSE;
    this.torsoModes = this.torso + POSE;
    this.torsoModeCount = torsoModes;
    const faceFrom = this.torsoModes + torsoModes;
    this.width = faceFrom + faceModes;
    const column = (name: string) =>
      name.startsWith(MODE) ? faceFrom + Number(name.slice(MODE.length)) : expressionNames.indexOf(name);
    this.mouth = mouth.names.map(column);
    this.life = life.names.map(column);
  }

  /** Weights of a mouth into a row at `out[to]`. */
  writeMouth(weights: Float32Array, from: number, out: Float32Array, to: number): void {
    for (let i = 0; i < this.mouth.length; i++) out[to + this.mouth[i]] = weights[from + i];
  }
}
