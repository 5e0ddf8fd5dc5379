/** Convolutions over rows of motion that hear nothing after a row, while the rows come in. */

import { type Arena, type Floats, gelu, type Layer } from "./dense";

/** Three rows, `dilation` apart, side by side, and a layer over them. */
export class Causal {
  readonly out: Floats;
  private readonly inputs: number;
  /** The last rows, round and round. */
  private readonly kept: Float32Array;
  private readonly beside: Floats;
  private readonly rows: number;
  private row = 0;

  constructor(
    arena: Arena,
    private readonly layer: Layer,
    private readonly dilation: number,
  ) {
    this.inputs = layer.inputs / 3;
    this.rows = 2 * dilation + 1;
    this.kept = new Float32Array(this.rows * this.inputs);
    this.beside = arena.floats(layer.inputs);
    this.out = arena.floats(layer.outputs);
  }

  step(row: Floats): Floats {
    const { inputs, kept, rows, dilation } = this;
    kept.set(row, (this.row % rows) * inputs);
    for (let tap = 0; tap < 3; tap++) {
      const at = ((this.row + rows - (2 - tap) * dilation) % rows) * inputs;
      this.beside.set(kept.subarray(at, at + inputs), tap * inputs);
    }
    this.row++;
    this.layer.apply(this.beside, 0, this.out, 0);
    gelu(this.out);
    return this.out;
  }
}

/** One layer over one row. */
export class Plain {
  readonly out: Floats;

  constructor(
    arena: Arena,
    private readonly layer: Layer,
    private readonly bent: boolean,
  ) {
    this.out = arena.floats(layer.outputs);
  }

  step(row: Floats): Floats {
    this.layer.apply(row, 0, this.out, 0);
    if (this.bent) gelu(this.out);
    return this.out;
  }
}

export function add(to: Float32Array, more: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] += more[i];
}
