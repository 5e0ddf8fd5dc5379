/** Dark or light: as the system has it, until the button says otherwise. */

import { iconButton, relabel } from "./dom.js";
import { recall, remember } from "./memory.js";

const KEY = "lifemask-theme";

export function themeButton(): HTMLButtonElement {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = recall(KEY);
  const show = () => {
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    relabel(button, dark ? "sun" : "moon", dark ? "Light" : "Dark", dark ? "Light colours" : "Dark colours");
  };
  const button = iconButton("moon", "Dark", "Dark colours", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remember(KEY, chosen);
    show();
  });
  system.addEventListener("change", show);
  show();
  return button;
}
