/** Elements in one expression, and the icons of the page. */

type Child = Node | string | null | undefined;
type Attributes = Record<string, string | number | boolean | EventListener | null | undefined>;

/** An element with attributes ("onclick" and the like are listeners; true is an empty attribute, false and null are
 * none; "text" is its text) and children. */
export function make<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = String(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined));
  return element;
}

/** Paths on a field of 24 by 24, drawn as lines. */
const ICONS = {
  pause: "M8.5 5v14M15.5 5v14",
  play: "M7.5 4.8v14.4L19 12z",
  microphone: "M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
  file: "M4 14.5v4A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5v-4M12 15.5V4M7.5 8.5 12 4l4.5 4.5",
  record: "M12 5.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z",
  stop: "M7 7h10v10H7z",
  background: "M4 5.5h16v13H4zM4 15.5l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9h.01",
  reset: "M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4v4h4",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z",
  about: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 11v5.5M12 7.6h.01",
  help: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM9.6 9.5a2.5 2.5 0 1 1 3.4 2.3c-.7.3-1 .8-1 1.5v.4M12 16.8h.01",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  close: "M6 6l12 12M18 6 6 18",
  chevron: "M8 10l4 4 4-4",
  interrupt: "M7.5 8.5 4 12l3.5 3.5M4 12h10a6 6 0 0 1 6 6",
  sliders: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
} as const;

export type IconName = keyof typeof ICONS;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg: SVGSVGElement, name: IconName): void {
  svg.firstElementChild!.setAttribute("d", ICONS[name]);
}

/** A button with an icon: `short` is shown beside it where there is room, the `label` is spoken. */
export function iconButton(name: IconName, short: string, label: string, onclick: () => void, attributes: Attributes = {}) {
  const button = make("button", { type: "button", class: "button", ...attributes });
  button.append(icon(name), make("span", { class: "label", "aria-hidden": "true" }));
  button.addEventListener("click", (event) => {
    // Who pressed it with a pointer means the page with the next space bar, not the button again.
    if (event.detail > 0) button.blur();
    onclick();
  });
  relabel(button, name, short, label);
  return button;
}

/** Give such a button another icon and other labels. */
export function relabel(button: HTMLButtonElement, name: IconName, short: string, label: string): void {
  setIcon(button.querySelector("svg")!, name);
  button.querySelector(".label")!.textContent = short;
  button.title = label;
  button.setAttribute("aria-label", label);
}
