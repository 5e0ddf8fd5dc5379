/** Short messages that are shown for a while and read out. */

import { make } from "./dom.js";

const SHOWN_MS = 4000;
const ERROR_SHOWN_MS = 12_000;

export class Messages {
  readonly element = make("div", { class: "messages" });
  private readonly polite = make("div", { role: "status", "aria-live": "polite" });
  private readonly alert = make("div", { role: "alert", "aria-live": "assertive" });

  constructor() {
    this.element.append(this.polite, this.alert);
  }

  say(text: string): void {
    this.show(this.polite, text, "message", SHOWN_MS);
  }

  /** Something failed: say what and, if there is one, the way out. */
  fail(text: string): void {
    this.show(this.alert, text, "message bad", ERROR_SHOWN_MS);
  }

  private show(where: HTMLElement, text: string, kind: string, milliseconds: number): void {
    const close = make("button", { type: "button", class: "message-close", "aria-label": "Dismiss", text: "×" });
    const message = make("div", { class: kind }, make("span", { text }), close);
    const remove = () => message.remove();
    close.addEventListener("click", remove);
    setTimeout(remove, milliseconds);
    where.replaceChildren(message);
  }
}
