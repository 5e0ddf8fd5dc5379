/** All sliders: head and gaze, and the weights of the face by region, with a search and left and right as one. */

import type { AvatarInfo } from "../engine/types.js";
import { icon, make } from "./dom.js";
import { labelOf, partnerOf, regionsOf } from "./expressions.js";
import { GazePad } from "./gaze_pad.js";
import { Group } from "./group.js";
import { GAZE_PITCH, GAZE_YAW, HEAD_PITCH, HEAD_ROLL, HEAD_YAW, type Hand } from "./hand.js";
import { Slider } from "./slider.js";

const DEGREE = Math.PI / 180;
/** How far eyes turn, heads tilt, and heads turn at least (degrees), whatever was filmed. */
const GAZE_DEG = { yaw: 25, pitch: 18 };
const ROLL_DEG = 12;
const LEAST_TURN_DEG = 6;

export class Panel {
  readonly element: HTMLElement;
  readonly groups: Group[] = [];
  private readonly byName = new Map<string, Slider>();
  private readonly names = new Map<Slider, string>();
  private readonly search: HTMLInputElement;
  private readonly link: HTMLButtonElement;
  private readonly nothing = make("p", { class: "nothing", role: "status", hidden: true });

  constructor(private readonly info: AvatarInfo, private readonly hand: Hand, last: HTMLElement) {
    this.search = make("input", { type: "search", placeholder: "Find a slider", "aria-label": "Find a slider", autocomplete: "off", spellcheck: "false" });
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.search.value !== "") {
        this.search.value = "";
        this.filter();
        event.stopPropagation();
      }
    });
    const text = "Move left and right together";
    this.link = make("button", { type: "button", class: "button small", "aria-pressed": "true", "aria-label": text, title: text }, icon("link"));
    this.link.addEventListener("click", () => this.setLinked(!this.linked));
    const all = make("button", { type: "button", class: "button small text", "aria-label": "Reset all sliders", text: "Reset all" });
    all.addEventListener("click", () => this.resetAll());
    const tools = make("div", { class: "panel-tools" }, this.search, this.link, all);
    const list = make("div", { class: "groups" });
    this.groups.push(this.headAndGaze());
    for (const region of regionsOf(info.layout.expressionNames)) {
      const group = new Group(region.title, region.title === "Mouth");
      for (const name of region.names) group.add(this.weight(name));
      this.groups.push(group);
    }
    list.append(...this.groups.map((group) => group.element), this.nothing, last);
    this.element = make("div", { class: "panel-inner" }, tools, list);
    this.filter();
  }

  get linked(): boolean {
    return this.link.getAttribute("aria-pressed") === "true";
  }

  setLinked(linked: boolean): void {
    this.link.setAttribute("aria-pressed", String(linked));
    for (const [name, slider] of this.byName) {
      const partner = partnerOf(name, this.info.layout.expressionNames);
      if (partner === null) continue;
      slider.element.querySelector("label")!.textContent = labelOf(name, linked);
      if (linked && this.isFirst(name)) this.byName.get(partner)!.change(slider.value);
    }
    this.filter();
  }

  resetAll(): void {
    for (const group of this.groups) group.reset();
  }

  private isFirst(name: string): boolean {
    return name.endsWith("Left");
  }

  private weight(name: string): Slider {
    const partner = partnerOf(name, this.info.layout.expressionNames);
    const slider = new Slider({
      label: labelOf(name, partner !== null),
      title: name,
      min: 0,
      max: 1,
      step: 0.01,
      say: (value) => value.toFixed(2),
      oninput: (value) => {
        this.hand.set(name, value);
        const other = partner === null ? undefined : this.byName.get(partner);
        if (other !== undefined && this.linked && this.isFirst(name)) other.change(value);
        this.update();
      },
    });
    this.byName.set(name, slider);
    this.names.set(slider, name);
    return slider;
  }

  private headAndGaze(): Group {
    const group = new Group("Head and gaze", true);
    const degrees = (value: number) => `${value > 0 ? "+" : ""}${Math.round(value)}°`;
    const angle = (key: string, label: string, min: number, max: number, after: () => void = () => {}) => {
      const slider = new Slider({
        label, title: key, min, max, step: 0.5, say: degrees,
        oninput: (value) => {
          this.hand.set(key, value * DEGREE);
          after();
          this.update();
        },
      }); // prettier-ignore
      this.names.set(slider, key);
      return slider;
    };
    const pad = new GazePad((right, up) => {
      aside.change(right * GAZE_DEG.yaw);
      upward.change(up * GAZE_DEG.pitch);
    });
    const show = () => pad.show(aside.value / GAZE_DEG.yaw, upward.value / GAZE_DEG.pitch);
    const aside: Slider = angle(GAZE_YAW, "Eyes, sideways", -GAZE_DEG.yaw, GAZE_DEG.yaw, () => show());
    const upward: Slider = angle(GAZE_PITCH, "Eyes, up and down", -GAZE_DEG.pitch, GAZE_DEG.pitch, () => show());
    const range = ([low, high]: readonly [number, number]) =>
      [Math.min(-LEAST_TURN_DEG, Math.floor(low / DEGREE)), Math.max(LEAST_TURN_DEG, Math.ceil(high / DEGREE))] as const;
    const { yaw, pitch } = this.info.filmed;
    group.add(
      pad.element,
      aside,
      upward,
      angle(HEAD_YAW, "Head, turn", ...range(yaw)),
      angle(HEAD_PITCH, "Head, nod", ...range(pitch)),
      angle(HEAD_ROLL, "Head, tilt", -ROLL_DEG, ROLL_DEG),
    );
    return group;
  }

  private update(): void {
    for (const group of this.groups) group.update();
  }

  private filter(): void {
    const words = this.search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const match = (slider: Slider) => {
      const label = slider.element.querySelector("label")!.textContent!.toLowerCase();
      return words.every((word) => label.includes(word)) || this.names.get(slider)!.toLowerCase().includes(words.join(""));
    };
    const hidden = (slider: Slider) => {
      const name = this.names.get(slider)!;
      return this.linked && !this.isFirst(name) && partnerOf(name, this.info.layout.expressionNames) !== null;
    };
    let count = 0;
    for (const group of this.groups) count += group.filter(words.length > 0 ? match : null, hidden);
    this.nothing.hidden = count > 0;
    this.nothing.textContent = `No slider is called “${this.search.value}”.`;
  }
}
