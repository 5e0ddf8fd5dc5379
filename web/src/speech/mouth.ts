/** Mouths: from rows of what is heard to weights. */

import { type Arena, type Floats, sigmoid } from "./dense";
import type { MouthHeader, VoicePack } from "./pack";
import { add, Causal, Plain } from "./temporal";

export interface Mouth {
  /** Begin a new sound. */
  reset(): void;
  /** The weights of the next row of what is heard; they hold until the next. */
  step(heard: Float32Array): Float32Array;
}

export function mouthOf(pack: VoicePack, arena: Arena): Mouth {
  const about = pack.header.mouth;
  return about.kind === "personal" ? new PersonalMouth(pack, arena, about) : new GenericMouth(pack, arena, about);
}

/** What a mouth hears about its usual. */
class Normal {
  readonly out: Floats;
  private readonly mean: Float32Array;
  private readonly spread: Float32Array;

  constructor(pack: VoicePack, arena: Arena) {
    this.mean = pack.array("mouth.mean");
    this.spread = pack.array("mouth.spread");
    this.out = arena.floats(this.mean.length);
  }

  step(heard: Float32Array): Floats {
    for (let i = 0; i < this.out.length; i++) this.out[i] = (heard[i] - this.mean[i]) / this.spread[i];
    return this.out;
  }
}

/** One network of a person's own mouth (`lifemask.speech.mouth_net`). */
class MouthNet {
  private readonly stem: Plain;
  private readonly blocks: [Causal, Plain][];
  private readonly head: Plain;

  constructor(arena: Arena, of: string, dilations: readonly number[]) {
    this.stem = new Plain(arena, arena.layer(`${of}.stem`), true);
    this.blocks = dilations.map((dilation, block) => [
      new Causal(arena, arena.layer(`${of}.wide.${block}`), dilation),
      new Plain(arena, arena.layer(`${of}.narrow.${block}`), false),
    ]);
    this.head = new Plain(arena, arena.layer(`${of}.head`), false);
  }

  step(heard: Floats): Floats {
    const hidden = this.stem.step(heard);
    for (const [wide, narrow] of this.blocks) add(hidden, narrow.step(wide.step(hidden)));
    return this.head.step(hidden);
  }
}

/** A person's own mouth (`lifemask.speech.personal`): the mean of what its networks say, in its own space. */
class PersonalMouth implements Mouth {
  private readonly normal: Normal;
  private readonly nets: MouthNet[];
  private readonly said: Float32Array;
  private readonly before: number;
  private readonly space: Record<string, Float32Array> = {};
  private readonly weights: Float32Array;
  private readonly widening: Widening;

  constructor(pack: VoicePack, arena: Arena, about: MouthHeader & { kind: "personal" }) {
    this.normal = new Normal(pack, arena);
    this.nets = Array.from({ length: about.nets }, (_, i) => new MouthNet(arena, `mouth.${i}`, about.dilations));
    this.said = new Float32Array(about.outputs);
    this.before = 2 * about.dilations.reduce((a, b) => a + b);
    for (const name of ["rest", "directions", "low", "high", "closed_m", "opening", "aperture_m", "wider"])
      this.space[name] = pack.array(`space.${name}`);
    this.weights = new Float32Array(about.names.length);
    this.widening = new Widening(pack.array("widening.said"), pack.array("widening.true"));
    this.reset();
  }

  reset(): void {
    const usual = this.normal.out.fill(0) as Floats;
    for (let row = 0; row < this.before; row++) for (const net of this.nets) net.step(usual);
  }

  step(heard: Float32Array): Float32Array {
    const row = this.normal.step(heard);
    this.said.fill(0);
    for (const net of this.nets) add(this.said, net.step(row));
    for (let i = 0; i < this.said.length; i++) this.said[i] /= this.nets.length;
    return this.placed();
  }

  /** Weights of what was said (`lifemask.speech.mouth_space`). */
  private placed(): Float32Array {
    const { said, weights } = this;
    const { rest, directions, low, high, closed_m, opening, aperture_m, wider } = this.space;
    const size = weights.length;
    weights.set(rest);
    for (let k = 0; k < said.length - 1; k++)
      for (let e = 0; e < size; e++) weights[e] += said[k] * directions[k * size + e];
    let aperture = closed_m[0];
    for (let e = 0; e < size; e++) aperture += weights[e] * opening[e];
    const more = this.widening.of(aperture_m[0] + aperture_m[1] * said[said.length - 1]) - aperture;
    for (let e = 0; e < size; e++) weights[e] = Math.min(Math.max(weights[e] + more * wider[e], low[e]), high[e]);
    return weights;
  }
}

/** A rising map, by its values at some places; beyond them it goes on with their mean slope. */
class Widening {
  constructor(
    private readonly said: Float32Array,
    private readonly real: Float32Array,
  ) {}

  of(value: number): number {
    const { said, real } = this;
    const last = said.length - 1;
    const slope = (real[last] - real[0]) / Math.max(said[last] - said[0], 1e-9);
    if (value <= said[0]) return real[0] + slope * (value - said[0]);
    if (value >= said[last]) return real[last] + slope * (value - said[last]);
    let high = 1;
    while (said[high] < value) high++;
    const width = said[high] - said[high - 1];
    const part = width > 0 ? (value - said[high - 1]) / width : 1;
    return real[high - 1] + part * (real[high] - real[high - 1]);
  }
}

/** The mouth of anybody (`lifemask.speech.generic_mouth`). */
class GenericMouth implements Mouth {
  private readonly normal: Normal;
  private readonly silence: Float32Array;
  private readonly enter: Plain;
  private readonly hear: Causal[];
  private readonly code: Plain;
  private readonly heads: Plain;
  private readonly scale: Float32Array;
  private readonly contacts: Float32Array;
  private readonly before: number;
  private readonly hidden: Floats;
  private readonly weights: Float32Array;

  constructor(
    pack: VoicePack,
    arena: Arena,
    private readonly about: MouthHeader & { kind: "generic" },
  ) {
    this.normal = new Normal(pack, arena);
    this.silence = pack.array("mouth.silence");
    this.enter = new Plain(arena, arena.layer("mouth.enter"), true);
    this.hear = about.dilations.map((dilation, i) => new Causal(arena, arena.layer(`mouth.hear.${i}`), dilation));
    this.code = new Plain(arena, arena.layer("mouth.code"), true);
    this.heads = new Plain(arena, arena.layer("mouth.heads"), false);
    this.scale = pack.array("mouth.scale");
    this.contacts = pack.array("mouth.contacts");
    this.before = 2 * about.dilations.reduce((a, b) => a + b);
    this.hidden = arena.floats(this.hear[0].out.length);
    this.weights = new Float32Array(about.names.length);
    this.reset();
  }

  reset(): void {
    for (let row = 0; row < this.before; row++) this.step(this.silence);
  }

  step(heard: Float32Array): Float32Array {
    const { hidden, weights } = this;
    const { channels, columns } = this.about;
    hidden.set(this.hear[0].step(this.enter.step(this.normal.step(heard))));
    for (const layer of this.hear.slice(1)) add(hidden, layer.step(hidden));
    const out = this.heads.step(this.code.step(hidden));
    // Behind the channels: whether the lips are closed, and whether the lower one is at the teeth, made last to first.
    const teeth = this.held(out[channels + 1]);
    const closed = this.held(out[channels]);
    for (let e = 0; e < weights.length; e++) {
      const c = columns[e];
      let value = out[c] * this.scale[c];
      value += teeth * (this.contacts[c] - value);
      value += closed * (this.contacts[channels + c] - value);
      weights[e] = Math.max(0, value);
    }
    return weights;
  }

  private held(logit: number): number {
    const [low, high] = this.about.sure_of_contact;
    const u = Math.min(Math.max((sigmoid(logit) - low) / (high - low), 0), 1);
    return u * u * (3 - 2 * u);
  }
}
