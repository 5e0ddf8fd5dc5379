/** What the avatar is, and what drawing it takes. */

import type { AvatarViewApi } from "../engine/types.js";
import { shownCard } from "./card.js";
import { Dialog } from "./dialog.js";
import { make } from "./dom.js";

const EACH_MS = 500;

/** More lines for the table of times. */
export type MoreTimes = () => readonly (readonly [string, string])[];

export function aboutDialog(view: AvatarViewApi, more: MoreTimes): Dialog {
  const { info } = view;
  return new Dialog(`About ${info.name}`, (body) => {
    body.append(
      make("p", { class: "lead", text: "This is a synthetic person: a computed likeness, not a recording. Do not use it to make anyone believe otherwise." }),
    );
    if (info.card === null) {
      body.append(make("p", { class: "warning", text: "This avatar carries no card: nothing is known of the consent of the person shown, or of its inputs." }));
    } else body.append(shownCard(info.card));
    const times = make("dl");
    body.append(make("h3", { text: "Drawing" }), times);
    const show = () => {
      const stats = view.stats();
      const ms = (value: number) => `${value.toFixed(1)} ms`;
      const [width, height] = [view.canvas.width, view.canvas.height];
      const lines: (readonly [string, string])[] = [
        ["Frames a second", stats.fps.toFixed(0)],
        ["Motion to Gaussians", ms(stats.engineMs)],
        ["Sorting", ms(stats.sortMs)],
        ["Drawing", ms(stats.drawMs)],
        ["Gaussians", info.gaussians.toLocaleString("en")],
        ["Picture", `${width} × ${height}`],
        ...more(),
      ];
      times.replaceChildren(...lines.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value })]));
    };
    show();
    const timer = setInterval(show, EACH_MS);
    return () => clearInterval(timer);
  });
}
