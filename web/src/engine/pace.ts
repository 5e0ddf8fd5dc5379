/** What the last two seconds' frames took. */

import type { ViewStats } from "./types";

const WINDOW_MS = 2000;

export class Pace {
  private frames: { at: number; engineMs: number; sortMs: number; drawMs: number }[] = [];

  add(engineMs: number, sortMs: number, drawMs: number): void {
    this.frames.push({ at: performance.now(), engineMs, sortMs, drawMs });
    this.forget();
  }

  stats(): ViewStats {
    this.forget();
    const count = this.frames.length;
    const mean = (part: "engineMs" | "sortMs" | "drawMs") =>
      count ? this.frames.reduce((sum, frame) => sum + frame[part], 0) / count : 0;
    return { fps: (count * 1000) / WINDOW_MS, engineMs: mean("engineMs"), sortMs: mean("sortMs"), drawMs: mean("drawMs") };
  }

  private forget(): void {
    const since = performance.now() - WINDOW_MS;
    while (this.frames.length && this.frames[0].at < since) this.frames.shift();
  }
}
