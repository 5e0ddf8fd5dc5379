/** Keys that work wherever the focus is, but not while somebody writes or a button is pressed. */

export function listenToKeys(act: (key: string) => boolean): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("dialog[open]") !== null) return;
    if (keeps(target, event.key)) return;
    if (act(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
  });
}

/** Whether an element has its own use for a key. */
function keeps(target: Element, key: string): boolean {
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLInputElement) {
    if (target.type === "range") return key.startsWith("Arrow");
    if (target.type === "radio") return key.startsWith("Arrow") || key === " ";
    return (target.type !== "checkbox" && target.type !== "color") || key === " " || key === "Enter";
  }
  return target instanceof HTMLButtonElement && (key === " " || key === "Enter");
}
