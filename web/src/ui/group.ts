/** A part of the panel that folds, with a button that resets it. */

import { icon, make } from "./dom.js";
import type { Slider } from "./slider.js";

export class Group {
  readonly element: HTMLElement;
  readonly sliders: Slider[] = [];
  private readonly fold: HTMLButtonElement;
  private readonly resetButton: HTMLButtonElement;
  private readonly body: HTMLElement;
  private open: boolean;

  constructor(readonly title: string, open: boolean) {
    const id = `g-${title}`.replace(/\W+/g, "-");
    this.open = open;
    this.body = make("div", { class: "group-body", id });
    this.fold = make("button", { type: "button", class: "fold", "aria-controls": id }, icon("chevron"), title);
    this.fold.addEventListener("click", () => {
      this.open = !this.open;
      this.unfold(this.open);
    });
    this.resetButton = make("button", { type: "button", class: "quiet", "aria-label": `Reset ${title.toLowerCase()}`, text: "Reset" });
    this.resetButton.addEventListener("click", () => {
      this.reset();
      this.fold.focus();
    });
    const head = make("h2", { class: "group-head" }, this.fold);
    this.element = make("section", { class: "group", "aria-label": title }, make("div", { class: "group-top" }, head, this.resetButton), this.body);
    this.unfold(open);
    this.update();
  }

  add(...parts: (Slider | HTMLElement)[]): void {
    for (const part of parts) {
      if (part instanceof HTMLElement) {
        this.body.append(part);
        continue;
      }
      this.sliders.push(part);
      this.body.append(part.element);
    }
  }

  reset(): void {
    for (const slider of this.sliders) slider.change(0);
    this.update();
  }

  /** Show whether there is anything to reset. */
  update(): void {
    this.resetButton.hidden = this.sliders.every((slider) => slider.value === 0);
  }

  /** Show only the sliders that `match`; all, folded as before, for null. Gives how many are shown. */
  filter(match: ((slider: Slider) => boolean) | null, hidden: (slider: Slider) => boolean): number {
    let count = 0;
    for (const slider of this.sliders) {
      const shown = !hidden(slider) && (match === null || match(slider));
      slider.element.hidden = !shown;
      if (shown) count++;
    }
    for (const other of this.body.children) {
      if (!(other as HTMLElement).classList.contains("slider")) (other as HTMLElement).hidden = match !== null;
    }
    this.unfold(match === null ? this.open : true);
    this.element.hidden = match !== null && count === 0;
    return count;
  }

  private unfold(open: boolean): void {
    this.fold.setAttribute("aria-expanded", String(open));
    this.body.hidden = !open;
  }
}
