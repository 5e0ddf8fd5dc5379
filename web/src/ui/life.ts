/** Life while nothing is heard: the voice's own, or a blink now and then for an avatar without a voice. */

import type { AvatarInfo, CodeLayout } from "../engine/types.js";
import { mixRows } from "./rows.js";

export const ROWS_HZ = 25;

/** Seconds a lid takes to close, stays shut, takes to open; and the range of the times between blinks. */
const CLOSE_S = 0.08;
const SHUT_S = 0.04;
const OPEN_S = 0.17;
const BETWEEN_S = [2.2, 6.5] as const;

/** Rows at `ROWS_HZ`, asked for in blocks and read at any time; time only goes forward. */
export class LifeTrack {
  private block: Float32Array = new Float32Array(0);
  private first = 0;
  private time = 0;

  constructor(
    private readonly layout: CodeLayout,
    private readonly more: (count: number) => Float32Array,
  ) {}

  /** Go on by `seconds` and write the row of that moment. */
  next(seconds: number, into: Float32Array): void {
    this.time += seconds;
    const place = this.time * ROWS_HZ;
    const index = Math.floor(place);
    const { width } = this.layout;
    while (index + 1 >= this.first + this.block.length / width) {
      const kept = Math.min(Math.max(index - this.first, 0), this.block.length / width);
      const added = this.more(ROWS_HZ);
      const grown = new Float32Array((this.block.length / width - kept) * width + added.length);
      grown.set(this.block.subarray(kept * width));
      grown.set(added, grown.length - added.length);
      this.block = grown;
      this.first += kept;
    }
    const row = (i: number) => this.block.subarray((i - this.first) * width, (i - this.first + 1) * width);
    mixRows(this.layout, row(index), row(index + 1), place - index, into);
  }
}

/** The person at rest who blinks now and then. */
export class Blinking {
  private readonly lids: number[];
  private sinceS = 0;
  private nextS = 1.5;

  constructor(private readonly info: AvatarInfo) {
    const { expressionNames, offsets } = info.layout;
    this.lids = ["eyeBlinkLeft", "eyeBlinkRight"]
      .map((name) => expressionNames.indexOf(name))
      .filter((at) => at >= 0)
      .map((at) => at + offsets.expression);
  }

  next(seconds: number, into: Float32Array): void {
    into.set(this.info.rest);
    this.sinceS += seconds;
    const at = this.sinceS - this.nextS;
    if (at < 0) return;
    const shut = at < CLOSE_S ? at / CLOSE_S : at < CLOSE_S + SHUT_S ? 1 : 1 - (at - CLOSE_S - SHUT_S) / OPEN_S;
    if (shut <= 0) {
      this.sinceS = 0;
      this.nextS = BETWEEN_S[0] + Math.random() * (BETWEEN_S[1] - BETWEEN_S[0]);
      return;
    }
    const eased = shut * shut * (3 - 2 * shut);
    for (const at of this.lids) into[at] = into[at]! + eased * (1 - into[at]!);
  }
}
