/** What stands behind the person, and whether recordings carry a mark. */

import type { Background } from "../engine/types.js";
import { make } from "./dom.js";
import { Group } from "./group.js";

const KINDS = [
  ["plate", "Filmed"],
  ["none", "None"],
  ["colour", "Colour"],
] as const;
type Kind = (typeof KINDS)[number][0];

export class Settings {
  readonly group = new Group("View and recording", true);
  private readonly radios = new Map<Kind, HTMLInputElement>();
  private readonly colour: HTMLInputElement;
  private readonly mark: HTMLInputElement;

  constructor(private readonly onbackground: (background: Background, words: string) => void) {
    const choices = KINDS.map(([kind, text]) => {
      const radio = make("input", { type: "radio", name: "background", value: kind, checked: kind === "plate" });
      radio.addEventListener("change", () => this.tell());
      this.radios.set(kind, radio);
      return make("label", {}, radio, make("span", { text }));
    });
    this.colour = make("input", { type: "color", value: "#5b6b7f", "aria-label": "Background colour", title: "Background colour" });
    this.colour.addEventListener("input", () => {
      this.radios.get("colour")!.checked = true;
      this.tell();
    });
    this.mark = make("input", { type: "checkbox", checked: true });
    this.group.add(
      make(
        "div",
        { class: "setting" },
        make("span", { class: "name", id: "background-name", text: "Background" }),
        make("div", { class: "segments", role: "radiogroup", "aria-labelledby": "background-name" }, ...choices),
        this.colour,
      ),
      make("label", { class: "setting check" }, this.mark, make("span", { text: "Burn “Synthetic” into recordings" })),
    );
  }

  /** Whether recordings carry a visible mark. */
  get marked(): boolean {
    return this.mark.checked;
  }

  nextBackground(): void {
    const kinds = KINDS.map(([kind]) => kind);
    const at = kinds.findIndex((kind) => this.radios.get(kind)!.checked);
    this.radios.get(kinds[(at + 1) % kinds.length]!)!.checked = true;
    this.tell();
  }

  private tell(): void {
    const kind = KINDS.map(([kind]) => kind).find((kind) => this.radios.get(kind)!.checked)!;
    if (kind === "colour") this.onbackground(this.colour.value, "Background: a plain colour");
    else this.onbackground(kind, kind === "plate" ? "Background: as filmed" : "Background: none");
  }
}
