/** The arithmetic of all networks: layers over a stretch of memory, and their bends. */

/** Rows of weights over `inputs` numbers that lie side by side, and a bias for each row. */
export interface Layer {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
}

/** `out[at + o] = bias[o] + weight[o] . x[from ..]`. Four rows go together, so that each number is fetched once for
 * four products. */
export function dense(layer: Layer, x: Float32Array, from: number, out: Float32Array, at: number): void {
  const { weight, bias, inputs, outputs } = layer;
  let o = 0;
  for (; o + 4 <= outputs; o += 4) {
    let a = o * inputs;
    let b = a + inputs;
    let c = b + inputs;
    let d = c + inputs;
    let s0 = bias[o];
    let s1 = bias[o + 1];
    let s2 = bias[o + 2];
    let s3 = bias[o + 3];
    for (let i = from; i < from + inputs; i++) {
      const v = x[i];
      s0 += v * weight[a++];
      s1 += v * weight[b++];
      s2 += v * weight[c++];
      s3 += v * weight[d++];
    }
    out[at + o] = s0;
    out[at + o + 1] = s1;
    out[at + o + 2] = s2;
    out[at + o + 3] = s3;
  }
  for (; o < outputs; o++) {
    let sum = bias[o];
    for (let i = 0, a = o * inputs; i < inputs; i++) sum += x[from + i] * weight[a + i];
    out[at + o] = sum;
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
