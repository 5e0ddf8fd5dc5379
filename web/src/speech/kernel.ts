/** The inner loop of all networks in WebAssembly, four products at a time; its few bytes are assembled here. */

/** `out[o] = bias[o] + sum over i of x[i] weight[o][i]` for `blocks` blocks of eight outputs. The first four are
 * addresses in bytes; weights lie block by block, and in each input by input; `inputs` is even. */
export type Kernel = (
  weight: number,
  bias: number,
  x: number,
  out: number,
  inputs: number,
  blocks: number,
) => void;

/** The kernel over a memory; null where a browser has no vectors. */
export function kernelOver(memory: WebAssembly.Memory): Kernel | null {
  try {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(assembled()), { page: { memory } });
    return instance.exports.dense as Kernel;
  } catch {
    return null;
  }
}

const I32 = 0x7f;
const V128 = 0x7b;
const [WEIGHT, BIAS, X, OUT, INPUTS, BLOCKS, PLACE, END, A0, A1, A2, A3, VALUE] = Array(13).keys();

function assembled(): Uint8Array<ArrayBuffer> {
  const signature = [0x60, ...vector(Array(6).fill([I32])), 0];
  const imported = [...text("page"), ...text("memory"), 2, 0, ...leb(1)];
  const exported = [...text("dense"), 0, 0];
  const code = [...vector([[...leb(2), I32], [...leb(5), V128]]), ...body(), 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([signature])),
    ...section(2, vector([imported])),
    ...section(3, vector([[0]])),
    ...section(7, vector([exported])),
    ...section(10, vector([[...leb(code.length), ...code]])),
  ]);
}

function body(): number[] {
  /** `sum += value * weight[at / 4 ..]`. */
  const gather = (sum: number, at: number) =>
    set(sum, [...get(sum), ...get(VALUE), ...load(WEIGHT, at), ...F32X4_MUL, ...F32X4_ADD]);
  const inner = loop(
    [
      ...set(VALUE, loadEverywhere(PLACE, 0)),
      ...gather(A0, 0),
      ...gather(A1, 16),
      ...set(VALUE, loadEverywhere(PLACE, 4)),
      ...gather(A2, 32),
      ...gather(A3, 48),
      ...move(WEIGHT, 64),
      ...move(PLACE, 8),
    ],
    [...get(PLACE), ...get(END), I32_LT_U],
  );
  return loop(
    [
      ...set(A0, load(BIAS, 0)),
      ...set(A1, load(BIAS, 16)),
      ...set(A2, V128_ZERO),
      ...set(A3, V128_ZERO),
      ...set(PLACE, get(X)),
      ...set(END, [...get(X), ...get(INPUTS), ...constant(2), I32_SHL, I32_ADD]),
      ...inner,
      ...store(OUT, 0, [...get(A0), ...get(A2), ...F32X4_ADD]),
      ...store(OUT, 16, [...get(A1), ...get(A3), ...F32X4_ADD]),
      ...move(BIAS, 32),
      ...move(OUT, 32),
      ...move(BLOCKS, -1),
    ],
    get(BLOCKS),
  );
}

const I32_LT_U = 0x49;
const I32_ADD = 0x6a;
const I32_SHL = 0x74;
const F32X4_ADD = [0xfd, 0xe4, 0x01];
const F32X4_MUL = [0xfd, 0xe6, 0x01];
const V128_ZERO = [0xfd, 0x0c, ...Array<number>(16).fill(0)];

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number, value: readonly number[]): number[] {
  return [...value, 0x21, local];
}

function constant(value: number): number[] {
  return [0x41, ...signedLeb(value)];
}

function move(local: number, by: number): number[] {
  return set(local, [...get(local), ...constant(by), I32_ADD]);
}

/** Four numbers from `[local] + offset`. */
function load(local: number, offset: number): number[] {
  return [...get(local), 0xfd, 0x00, 2, ...leb(offset)];
}

/** One number, four times. */
function loadEverywhere(local: number, offset: number): number[] {
  return [...get(local), 0xfd, 0x09, 2, ...leb(offset)];
}

function store(local: number, offset: number, value: readonly number[]): number[] {
  return [...get(local), ...value, 0xfd, 0x0b, 2, ...leb(offset)];
}

/** Does `steps` again as long as `again` is not zero. */
function loop(steps: readonly number[], again: readonly number[]): number[] {
  return [0x03, 0x40, ...steps, ...again, 0x0d, 0, 0x0b];
}

function section(kind: number, content: readonly number[]): number[] {
  return [kind, ...leb(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return [...leb(value.length), ...new TextEncoder().encode(value)];
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

function signedLeb(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signedLeb(value >> 7)];
}
