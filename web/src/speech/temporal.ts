/** Convolutions over rows of motion that hear nothing after a row, while the rows come in. */

import { dense, gelu, type Layer } from "./dense";

/** Three rows, `dilation` apart, side by side, and a layer over them. */
export class Causal {
  readonly out: Float32Array;
  private readonly inputs: number;
  /** The last rows, round and round. */
  private readonly kept: Float32Array;
  private readonly beside: Float32Array;
  private readonly rows: number;
  private row = 0;

  constructor(
    private readonly layer: Layer,
    private readonly dilation: number,
  ) {
    this.inputs = layer.inputs / 3;
    this.rows = 2 * dilation + 1;
    this.kept = new Float32Array(this.rows * this.inputs);
    this.beside = new Float32Array(layer.inputs);
    this.out = new Float32Array(layer.outputs);
  }

  step(row: Float32Array): Float32Array {
    const { inputs, kept, rows, dilation } = this;
    kept.set(row, (this.row % rows) * inputs);
    for (let tap = 0; tap < 3; tap++) {
      const at = ((this.row + rows - (2 - tap) * dilation) % rows) * inputs;
      this.beside.set(kept.subarray(at, at + inputs), tap * inputs);
    }
    this.row++;
    dense(this.layer, this.beside, 0, this.out, 0);
    gelu(this.out);
    return this.out;
  }
}

/** One layer over one row. */
export class Plain {
  readonly out: Float32Array;

  constructor(
    private readonly layer: Layer,
    private readonly bent: boolean,
  ) {
    this.out = new Float32Array(layer.outputs);
  }

  step(row: Float32Array): Float32Array {
    dense(this.layer, row, 0, this.out, 0);
    if (this.bent) gelu(this.out);
    return this.out;
  }
}

export function add(to: Float32Array, more: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] += more[i];
}
