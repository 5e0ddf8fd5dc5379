/** Files dropped anywhere on the page. */

import { make } from "./dom.js";

export function acceptDrops(text: string, take: (file: File) => void): HTMLElement {
  const veil = make("div", { class: "veil", hidden: true, "aria-hidden": "true" }, make("p", { text }));
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  // Every element that the pointer passes sends an enter and a leave.
  let inside = 0;
  window.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    inside++;
    veil.hidden = false;
  });
  window.addEventListener("dragleave", () => {
    inside = Math.max(0, inside - 1);
    veil.hidden = inside === 0;
  });
  window.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    inside = 0;
    veil.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) take(file);
  });
  return veil;
}
