/** Rows that come in blocks, kept for as long as they may be shown. */

import type { CodeLayout } from "../engine/types.js";
import { mixRows } from "./rows.js";

export class RowTrack {
  private blocks: { first: number; count: number; rows: Float32Array }[] = [];
  /** The number after the newest row's. */
  end = 0;

  constructor(private readonly layout: CodeLayout) {}

  add(rows: Float32Array, count: number, first: number): void {
    this.blocks.push({ first, count, rows: rows.slice(0, count * this.layout.width) });
    this.end = first + count;
  }

  clear(): void {
    this.blocks = [];
    this.end = 0;
  }

  /** Write the row at `place` (rows, between them mixed; beyond the ends the nearest), and forget what is before it.
   * False while there is none. */
  read(place: number, into: Float32Array): boolean {
    if (this.end === 0) return false;
    const at = Math.min(Math.max(place, this.blocks[0]!.first), this.end - 1);
    const index = Math.floor(at);
    while (this.blocks.length > 1 && this.blocks[0]!.first + this.blocks[0]!.count <= index) this.blocks.shift();
    const next = Math.min(index + 1, this.end - 1);
    mixRows(this.layout, this.row(index), this.row(next), at - index, into);
    return true;
  }

  private row(index: number): Float32Array {
    const block = this.blocks.find((one) => index < one.first + one.count) ?? this.blocks.at(-1)!;
    const at = Math.max(0, index - block.first) * this.layout.width;
    return block.rows.subarray(at, at + this.layout.width);
  }
}
