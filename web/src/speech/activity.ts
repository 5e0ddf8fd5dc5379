/** How sure it is that somebody speaks (`lifemask.speech.vad`): silero-vad, three times side by side, each a third of
 * its step later than the one before. */

import { type Arena, type Floats, type Layer, relu, sigmoid } from "./dense";
import { endOf } from "./mel";
import { Queue, Spectrum } from "./spectrum";

const STEP = 512;
const PHASES = 3;
const HEARD = 576;
const WIDTH = 128;
const LOUDER = 2;
const WINDOW = 256;
const POWERS = WINDOW / 2 + 1;

function endOfChunk(chunk: number): number {
  return Math.floor(((chunk + 1) * STEP) / PHASES);
}

function chunksWithin(samples: number): number {
  return Math.floor((PHASES * (samples + 1) - 1) / STEP);
}

/** A convolution over three moments, with nothing before the first and behind the last. */
class OverMoments {
  private readonly out: Floats;
  private readonly padded: Floats;
  private readonly count: number;

  constructor(
    arena: Arena,
    private readonly layer: Layer,
    moments: number,
    private readonly stride: number,
  ) {
    const inputs = layer.inputs / 3;
    this.padded = arena.floats((moments + 2) * inputs);
    this.count = Math.floor((moments - 1) / stride) + 1;
    this.out = arena.floats(this.count * layer.outputs);
  }

  step(rows: Float32Array): Float32Array {
    const { inputs, outputs } = this.layer;
    this.padded.set(rows, inputs / 3);
    for (let moment = 0; moment < this.count; moment++)
      this.layer.apply(this.padded, (moment * this.stride * inputs) / 3, this.out, moment * outputs);
    relu(this.out);
    return this.out;
  }
}

/** What one phase remembers: what it said last stands behind what is seen now, `[256]`; and what it keeps. */
interface Memory {
  readonly input: Floats;
  readonly kept: Float32Array;
}

/** One figure, 0 to 1, for each row of bands, once `ahead` more rows of sound are there. */
export class VoiceActivity {
  private readonly window = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
  private readonly spectrum = new Spectrum(WINDOW);
  private readonly powers = [new Float64Array(POWERS), new Float64Array(POWERS)];
  private readonly magnitudes = new Float32Array(4 * POWERS);
  private readonly layers: OverMoments[];
  private readonly gates: Layer;
  private readonly gated: Floats;
  private readonly answer: Layer;
  private readonly answered: Floats;
  private readonly said: Floats;
  private readonly sound = new Queue();
  private readonly memories: Memory[];
  private chunks = 0;
  private rows = 0;
  private samples = 0;
  /** What was thought of the last chunks, by their numbers. */
  private readonly thought = new Map<number, number>();

  constructor(
    arena: Arena,
    private readonly ahead: number,
  ) {
    const sizes: [number, number][] = [[4, 1], [4, 2], [2, 2], [1, 1]];
    this.layers = sizes.map(([moments, stride], i) => new OverMoments(arena, arena.layer(`vad.${i + 1}`), moments, stride));
    this.gates = arena.layer("vad.memory");
    this.gated = arena.floats(this.gates.outputs);
    this.answer = arena.layer("vad.answer");
    this.answered = arena.floats(1);
    this.said = arena.floats(WIDTH);
    const memory = () => ({ input: arena.floats(2 * WIDTH), kept: new Float32Array(WIDTH) });
    this.memories = Array.from({ length: PHASES }, memory);
    this.reset();
  }

  reset(): void {
    this.chunks = this.rows = this.samples = 0;
    this.thought.clear();
    this.sound.clear();
    this.sound.push(new Float32Array(HEARD - endOfChunk(0)));
    for (const { input, kept } of this.memories) {
      input.fill(0);
      kept.fill(0);
    }
  }

  /** More samples; the figures of the rows that they complete. */
  push(samples: Float32Array): number[] {
    this.sound.push(samples, LOUDER);
    this.samples += samples.length;
    while (this.sound.length >= HEARD) {
      this.thought.set(this.chunks, this.think(this.sound.values, this.memories[this.chunks % PHASES]));
      this.sound.drop(endOfChunk(this.chunks + 1) - endOfChunk(this.chunks));
      this.chunks++;
    }
    const figures: number[] = [];
    for (; endOf(this.rows + this.ahead) <= this.samples; this.rows++) {
      const asked = chunksWithin(endOf(this.rows + this.ahead)) - 1;
      figures.push(this.thought.get(asked)!);
      for (const chunk of this.thought.keys()) if (chunk < asked) this.thought.delete(chunk);
    }
    return figures;
  }

  private think(sound: Float32Array, memory: Memory): number {
    const { powers, magnitudes, window } = this;
    // Behind the chunk it is mirrored.
    const at = (i: number) => (i < HEARD ? sound[i] : sound[2 * HEARD - 2 - i]);
    for (let pair = 0; pair < 2; pair++) {
      const from = 256 * pair;
      this.spectrum.powers((i) => window[i] * at(from + i), (i) => window[i] * at(from + 128 + i), powers[0], powers[1]);
      for (let k = 0; k < POWERS; k++) {
        magnitudes[2 * pair * POWERS + k] = Math.sqrt(powers[0][k]);
        magnitudes[(2 * pair + 1) * POWERS + k] = Math.sqrt(powers[1][k]);
      }
    }
    let seen: Float32Array = magnitudes;
    for (const layer of this.layers) seen = layer.step(seen);
    return this.sure(seen, memory);
  }

  /** An LSTM's step (Hochreiter and Schmidhuber, 1997), and what it answers. */
  private sure(seen: Float32Array, { input, kept }: Memory): number {
    const { gated, said } = this;
    input.set(seen);
    this.gates.apply(input, 0, gated, 0);
    for (let i = 0; i < WIDTH; i++) {
      kept[i] = sigmoid(gated[WIDTH + i]) * kept[i] + sigmoid(gated[i]) * Math.tanh(gated[2 * WIDTH + i]);
      const tells = sigmoid(gated[3 * WIDTH + i]) * Math.tanh(kept[i]);
      input[WIDTH + i] = tells;
      said[i] = Math.max(0, tells);
    }
    this.answer.apply(said, 0, this.answered, 0);
    return sigmoid(this.answered[0]);
  }
}
