/** A field on which the eyes follow the pointer; its two sliders do the same from the keyboard. */

import { make } from "./dom.js";

export class GazePad {
  readonly element: HTMLElement;
  private readonly dot = make("div", { class: "pad-dot" });

  /** `onmove`: right and up, each -1 to 1. */
  constructor(onmove: (right: number, up: number) => void) {
    this.element = make("div", { class: "pad", "aria-hidden": "true", title: "Drag to turn the eyes" }, this.dot);
    const follow = (event: PointerEvent) => {
      const box = this.element.getBoundingClientRect();
      const part = (at: number, from: number, size: number) => Math.min(1, Math.max(-1, (2 * (at - from)) / size - 1));
      onmove(part(event.clientX, box.left, box.width), -part(event.clientY, box.top, box.height));
    };
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) follow(event);
    });
    this.element.addEventListener("dblclick", () => onmove(0, 0));
    this.show(0, 0);
  }

  show(right: number, up: number): void {
    this.dot.style.left = `${50 + 50 * right}%`;
    this.dot.style.top = `${50 - 50 * up}%`;
  }
}
