/** The avatar's card (docs/card.md) in the order in which one asks: whose consent, from what, how good, what it is not
 * for. */

import { make } from "./dom.js";

const SCHEMA = "lifemask-card-1";

interface Scores {
  readonly psnr_db: number;
  readonly ssim: number;
  readonly lpips?: number;
}

interface HeldOut {
  readonly frames: number;
  readonly whole: Scores;
  readonly regions: Readonly<Record<string, Scores>>;
}

interface Card {
  readonly schema: typeof SCHEMA;
  readonly title: string;
  readonly created: string | null;
  readonly subject: {
    readonly kind: string;
    readonly consent: { readonly required: boolean; readonly given: boolean; readonly statement: string | null };
  };
  readonly inputs: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly duration_s: number | null;
    readonly frames: number | null;
    readonly frames_used: number | null;
  }[];
  readonly software: { readonly name: string; readonly version: string };
  readonly models: readonly { readonly name: string; readonly version: string | null; readonly licence: string; readonly sha256: string }[];
  readonly rig: { readonly name: string; readonly licence: string | null; readonly hash: string };
  readonly metrics: { readonly held_out: Readonly<Record<string, HeldOut>> } | null;
  readonly limits: readonly string[];
  readonly use: { readonly intended: readonly string[]; readonly not_for: readonly string[] };
}

/** The card as text and tables; one of another schema as it is. */
export function shownCard(card: Readonly<Record<string, unknown>>): HTMLElement {
  const body = make("div", { class: "card" });
  if (card.schema !== SCHEMA) {
    body.append(make("p", { text: "This card is of a kind that this page does not know:" }), make("pre", { text: JSON.stringify(card, null, 2) }));
    return body;
  }
  const known = card as unknown as Card;
  const { metrics, use } = known;
  body.append(consent(known), heading("Made"), pairs(made(known)));
  body.append(heading("Models and licences"), pairs([...known.models.map(model), rig(known)]));
  body.append(heading("Held-out frames"), metrics === null ? make("p", { text: "Not measured." }) : scores(metrics.held_out));
  for (const [title, sentences] of [["Limits", known.limits], ["Meant for", use.intended], ["Not for", use.not_for]] as const) {
    body.append(heading(title), make("ul", {}, ...sentences.map((text) => make("li", { text }))));
  }
  return body;
}

function consent({ subject }: Card): HTMLElement {
  if (!subject.consent.required) return make("p", { text: "The subject is synthetic. There is nobody whose consent it would need." });
  if (!subject.consent.given) return make("p", { class: "warning", text: "No statement of consent by the person shown was given." });
  return make("blockquote", {}, make("p", { text: subject.consent.statement ?? "" }), make("footer", { text: "The person shown" }));
}

function made(card: Card): [string, HTMLElement | string][] {
  const lines: [string, HTMLElement | string][] = card.inputs.map((input) => {
    const parts = [
      input.duration_s === null ? null : `${input.duration_s.toFixed(1)} s`,
      input.frames_used === null ? null : `${input.frames_used} of ${input.frames} frames`,
    ];
    return ["From", make("span", {}, input.name, ...parts.map((part) => part && ` · ${part}`), make("br"), hash(input.sha256))];
  });
  if (card.created !== null) lines.push(["On", card.created.slice(0, 10)]);
  lines.push(["With", `${card.software.name} ${card.software.version}`]);
  return lines;
}

function model(one: Card["models"][number]): [string, HTMLElement] {
  return [`${one.name.replace(/_/g, " ")} ${one.version ?? ""}`, make("span", {}, one.licence, make("br"), hash(one.sha256))];
}

function rig({ rig }: Card): [string, HTMLElement] {
  return [`Head rig: ${rig.name}`, make("span", {}, rig.licence ?? "—", make("br"), hash(rig.hash))];
}

/** One table for each kind of motion, the parts of the picture as rows. */
function scores(heldOut: Readonly<Record<string, HeldOut>>): HTMLElement {
  const body = make("div");
  for (const [motion, found] of Object.entries(heldOut)) {
    const line = (part: string, of: Scores) =>
      make("tr", {}, make("th", { scope: "row", text: part.replace(/_/g, " ") }), ...[of.psnr_db.toFixed(1), of.ssim.toFixed(3), of.lpips?.toFixed(3) ?? ""].map((text) => make("td", { text })));
    const head = make("tr", {}, ...["", "PSNR, dB", "SSIM", "LPIPS"].map((text) => make("th", { scope: "col", text })));
    body.append(
      make("table", {},
        make("caption", { text: `Motion ${motion.replace(/_/g, " ")}, ${found.frames} frames` }),
        make("thead", {}, head),
        make("tbody", {}, line("whole", found.whole), ...Object.entries(found.regions).map(([part, of]) => line(part, of)))),
    ); // prettier-ignore
  }
  return body;
}

function heading(text: string): HTMLElement {
  return make("h3", { text });
}

function pairs(lines: readonly (readonly [string, HTMLElement | string])[]): HTMLElement {
  return make("dl", {}, ...lines.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", {}, value)]));
}

function hash(text: string): HTMLElement {
  return make("code", { title: `sha256 ${text}`, text: `${text.slice(0, 16)}…` });
}
