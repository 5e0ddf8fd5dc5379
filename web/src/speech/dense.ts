/** The arithmetic of all networks: layers over a stretch of memory, and their bends. */

import { type Kernel, kernelOver } from "./kernel";
import type { VoicePack } from "./pack";

const BLOCK = 8;
const PAGE = 65_536;
/** Memory for everything but what is in a packed voice: rows that networks keep. */
const ROOM = 2 ** 21;

declare const inArena: unique symbol;
/** Numbers that lie where layers can reach them. */
export type Floats = Float32Array & { readonly [inArena]: true };

/** The memory of networks. */
export class Arena {
  private readonly memory: WebAssembly.Memory;
  private readonly kernel: Kernel | null;
  private used = 0;

  /** Room for the layers of `pack`. `vectors`: false leaves WebAssembly's vectors unused, as where there are none. */
  constructor(
    private readonly pack: VoicePack,
    vectors = true,
  ) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((4 * pack.size + ROOM) / PAGE) });
    this.kernel = vectors ? kernelOver(this.memory) : null;
  }

  /** So many zeros. Layers write whole blocks: there is room for them behind the last. */
  floats(count: number): Floats {
    const floats = new Float32Array(this.memory.buffer, this.used, count) as Floats;
    this.used += 4 * BLOCK * Math.ceil(count / BLOCK);
    return floats;
  }

  /** A layer of the pack, its weights turned to blocks. */
  layer(name: string): Layer {
    const [outputs, inputs] = this.pack.shape(name);
    const rows = this.pack.array(name);
    const blocks = Math.ceil(outputs / BLOCK);
    const even = inputs + (inputs % 2);
    const weight = this.floats(blocks * even * BLOCK);
    const bias = this.floats(blocks * BLOCK);
    bias.set(this.pack.array(`${name}.bias`));
    for (let o = 0; o < outputs; o++) {
      const at = Math.floor(o / BLOCK) * even * BLOCK + (o % BLOCK);
      for (let i = 0; i < inputs; i++) weight[at + i * BLOCK] = rows[o * inputs + i];
    }
    return new Layer(inputs, outputs, weight, bias, even, blocks, this.kernel);
  }
}

/** Weights over `inputs` numbers that lie side by side, and a bias, for each of the `outputs`. */
export class Layer {
  constructor(
    readonly inputs: number,
    readonly outputs: number,
    private readonly weight: Floats,
    private readonly bias: Floats,
    private readonly even: number,
    private readonly blocks: number,
    private readonly kernel: Kernel | null,
  ) {}

  /** `out[at + o] = bias[o] + weight[o] . x[from ..]`. If `outputs` is no multiple of eight, the numbers behind them are
   * overwritten. */
  apply(x: Floats, from: number, out: Floats, at: number): void {
    const { weight, bias, even, blocks } = this;
    if (this.kernel !== null) {
      const [a, b] = [x.byteOffset + 4 * from, out.byteOffset + 4 * at];
      this.kernel(weight.byteOffset, bias.byteOffset, a, b, even, blocks);
      return;
    }
    for (let o = 0; o < blocks * BLOCK; o += 4) {
      let w = Math.floor(o / BLOCK) * even * BLOCK + (o % BLOCK);
      let s0 = bias[o];
      let s1 = bias[o + 1];
      let s2 = bias[o + 2];
      let s3 = bias[o + 3];
      for (let i = from; i < from + this.inputs; i++, w += BLOCK) {
        const v = x[i];
        s0 += v * weight[w];
        s1 += v * weight[w + 1];
        s2 += v * weight[w + 2];
        s3 += v * weight[w + 3];
      }
      out[at + o] = s0;
      out[at + o + 1] = s1;
      out[at + o + 2] = s2;
      out[at + o + 3] = s3;
    }
  }
}

/** Leaves what is above zero, in place. */
export function relu(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) if (x[i] < 0) x[i] = 0;
}

/** The Gaussian error linear unit, in place: x times the chance that a normal number is below it. */
export function gelu(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] *= 0.5 * (1 + erf(x[i] * Math.SQRT1_2));
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const y = 1 - poly * Math.exp(-x * x);
  return x < 0 ? -y : y;
}
