/** A labelled slider that rests at 0. */

import { make } from "./dom.js";

export interface SliderOptions {
  readonly label: string;
  /** Shown when the pointer rests on it. */
  readonly title?: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value in words. */
  readonly say: (value: number) => string;
  readonly oninput: (value: number) => void;
}

export class Slider {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  private readonly shown: HTMLOutputElement;

  constructor(private readonly options: SliderOptions) {
    const { label, title, min, max, step } = options;
    const id = `s-${label}-${title ?? ""}`.replace(/\W+/g, "-");
    this.input = make("input", { type: "range", id, min, max, step, value: 0 });
    this.shown = make("output", { for: id, "aria-hidden": "true" });
    this.element = make("div", { class: "slider", title }, make("label", { for: id, text: label }), this.shown, this.input);
    this.input.addEventListener("input", () => {
      this.show();
      options.oninput(this.value);
    });
    this.input.addEventListener("dblclick", () => this.change(0));
    this.show();
  }

  get value(): number {
    return Number(this.input.value);
  }

  /** Show a value without telling anybody. */
  set value(value: number) {
    this.input.value = String(value);
    this.show();
  }

  /** Set a value, as if by hand. */
  change(value: number): void {
    this.value = value;
    this.options.oninput(this.value);
  }

  private show(): void {
    const { min, max, say } = this.options;
    const share = (value: number) => `${(100 * (value - min)) / (max - min)}%`;
    this.input.style.setProperty("--from", share(Math.min(0, this.value)));
    this.input.style.setProperty("--to", share(Math.max(0, this.value)));
    this.shown.value = say(this.value);
    this.input.setAttribute("aria-valuetext", say(this.value));
    this.element.classList.toggle("moved", this.value !== 0);
  }
}
