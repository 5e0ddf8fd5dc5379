/** Silence is silent (`lifemask.speech.pauses`): how free the mouth is, without a look ahead. */

const SURE = 0.45;
const PATIENCE = 100;
const MEAN_OF = 3;
const RISE = 0.6;
const FALL = 0.6;
const ROWS = 4;

export class Pauses {
  private last: number[] = [];
  private spoken: boolean[] = [];
  private silent = 0;
  private free = 0;

  constructor() {
    this.reset();
  }

  reset(): void {
    this.last = new Array(MEAN_OF - 1).fill(0);
    this.spoken = [];
    this.silent = 2 ** 30;
    this.free = 0;
  }

  /** How free the mouth is, 0 to 1, in each row of motion that more rows of bands complete. */
  push(speaking: readonly number[]): number[] {
    const told: number[] = [];
    for (const sure of speaking) {
      this.last.push(sure);
      this.spoken.push(this.last.reduce((a, b) => a + b) / MEAN_OF >= SURE);
      this.last.shift();
      if (this.spoken.length === ROWS) told.push(this.row());
    }
    return told;
  }

  /** What the end completes: nothing is said behind it. */
  flush(): number[] {
    if (this.spoken.length === 0) return [];
    while (this.spoken.length < ROWS) this.spoken.push(false);
    return [this.row()];
  }

  private row(): number {
    const last = this.spoken.lastIndexOf(true);
    this.silent = last >= 0 ? ROWS - 1 - last : this.silent + ROWS;
    const aim = last >= 0 || this.silent < PATIENCE ? 1 : 0;
    this.free += Math.min(Math.max(aim - this.free, -FALL), RISE);
    this.spoken = [];
    return this.free;
  }
}
