/** What is heard just now: a file with its progress, or the microphone with its level; with a way to stop it. */

import { icon, make } from "./dom.js";
import type { Driver } from "./driver.js";

export class SoundBar {
  readonly element: HTMLElement;
  private readonly name = make("span", { class: "sound-name" });
  private readonly time = make("span", { class: "sound-time" });
  private readonly meter = make("progress", { max: 1, value: 0 });

  constructor(private readonly driver: Driver) {
    const stop = make("button", { type: "button", class: "button small", "aria-label": "Stop the sound", title: "Stop" }, icon("stop"));
    stop.addEventListener("click", () => driver.stop());
    this.element = make("div", { class: "sound", hidden: true }, this.name, this.meter, this.time, stop);
  }

  /** Show the state of now; called with every picture. */
  update(): void {
    const { hearing, progress } = this.driver;
    this.element.hidden = hearing === "nothing";
    if (progress !== null) {
      this.show(progress.name, progress.atS / Math.max(progress.lengthS, 0.01), `${clock(progress.atS)} / ${clock(progress.lengthS)}`, "Played");
    } else if (hearing === "microphone") this.show("Microphone", this.driver.level, "", "Loudness");
    this.element.classList.toggle("level", hearing === "microphone");
  }

  private show(name: string, value: number, time: string, label: string): void {
    if (this.name.textContent !== name) this.name.textContent = name;
    if (this.time.textContent !== time) this.time.textContent = time;
    this.meter.value = value;
    if (this.meter.getAttribute("aria-label") !== label) this.meter.setAttribute("aria-label", label);
  }
}

export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
