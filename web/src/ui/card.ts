/** The avatar's card in readable form, whatever it holds. */

import { make } from "./dom.js";

type Json = unknown;

/** Words for names that are not words. */
const WORDS: Record<string, string> = {
  sha256: "SHA-256", fps: "Frames a second", psnr: "PSNR", ssim: "SSIM", lpips: "LPIPS", url: "Address", id: "ID",
}; // prettier-ignore
const HASH = /^[0-9a-f]{40,}$/;

export function cardOf(card: Readonly<Record<string, Json>>): HTMLElement {
  const body = make("div", { class: "card" });
  const plain = Object.entries(card).filter(([, value]) => !isNested(value));
  if (plain.length > 0) body.append(table(plain));
  for (const [name, value] of Object.entries(card)) {
    if (isNested(value)) body.append(make("h3", { text: words(name) }), shown(value));
  }
  return body;
}

function isNested(value: Json): value is object {
  return typeof value === "object" && value !== null;
}

function shown(value: Json): HTMLElement | string {
  if (Array.isArray(value)) {
    if (value.length === 0) return make("p", { class: "none", text: "None" });
    return make("ul", {}, ...value.map((item) => make("li", {}, shown(item))));
  }
  return isNested(value) ? table(Object.entries(value)) : said(value);
}

function table(entries: [string, Json][]): HTMLElement {
  const rows = entries.flatMap(([name, value]) => [make("dt", { text: words(name) }), make("dd", {}, shown(value))]);
  return make("dl", {}, ...rows);
}

function said(value: Json): HTMLElement | string {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  const text = String(value);
  return HASH.test(text) ? make("code", { title: text, text: `${text.slice(0, 12)}…` }) : text;
}

/** "held_out_frames" as "Held out frames". */
function words(name: string): string {
  const known = WORDS[name.toLowerCase()];
  if (known !== undefined) return known;
  const text = name.replace(/_/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
