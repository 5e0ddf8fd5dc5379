/** Windows over the page: what keys do, and what the avatar is. */

import { icon, make } from "./dom.js";

/** A modal window; `fill` makes its content each time that it opens, and may give what to do when it closes. */
export class Dialog {
  readonly element: HTMLDialogElement;
  private readonly body = make("div", { class: "dialog-body", tabindex: 0 });

  constructor(title: string, private readonly fill: (body: HTMLElement) => (() => void) | void) {
    const close = make("button", { type: "button", class: "button small", "aria-label": "Close", title: "Close" }, icon("close"));
    close.addEventListener("click", () => this.element.close());
    const id = `d-${title}`.replace(/\W+/g, "-");
    this.body.setAttribute("role", "document");
    this.element = make("dialog", { "aria-labelledby": id }, make("header", {}, make("h2", { id, text: title }), close), this.body);
    this.element.addEventListener("click", (event) => event.target === this.element && this.element.close());
  }

  open(): void {
    if (this.element.open) return;
    this.body.replaceChildren();
    const done = this.fill(this.body);
    if (done) this.element.addEventListener("close", done, { once: true });
    this.element.showModal();
    this.body.scrollTop = 0;
  }
}

/** Keys and what they do, as a list. */
export function keyList(keys: readonly (readonly [string, string])[]): HTMLElement {
  const rows = keys.flatMap(([key, does]) => [
    make("dt", {}, ...key.split(" ").map((one) => make("kbd", { text: one }))),
    make("dd", { text: does }),
  ]);
  return make("dl", { class: "keys" }, ...rows);
}
