/** The server's page: an avatar of the server, moved by it; drawn here. */

import { AvatarView } from "./engine/view";
import { Desk } from "./ui/desk.js";
import { iconButton, make } from "./ui/dom.js";
import { recall, remember } from "./ui/memory.js";
import { RemoteDriver } from "./ui/remote_driver.js";

const KEY = "lifemask-key";
const UNAUTHORISED = 401;

interface Listed {
  readonly name: string;
  readonly title: string | null;
}

const query = new URLSearchParams(location.search);

/** Ask the server; asks the person for a key where the server wants one. */
async function ask(path: string): Promise<Response> {
  for (;;) {
    const key = recall(KEY);
    const response = await fetch(path, { headers: key ? { Authorization: `Bearer ${key}` } : {} });
    if (response.ok) return response;
    if (response.status === UNAUTHORISED) {
      remember(KEY, await askForKey(key !== null));
      continue;
    }
    const said = (await response.json().catch(() => null)) as { error?: { what: string; fix?: string | null } } | null;
    throw new Error(said?.error ? [said.error.what, said.error.fix].filter(Boolean).join(". ") : `The server answers with ${response.status}.`);
  }
}

function askForKey(wrong: boolean): Promise<string> {
  return new Promise((resolve) => {
    const input = make("input", { type: "password", id: "key", required: true, autocomplete: "current-password" });
    const form = make("form", { class: "key" },
      make("label", { for: "key", text: wrong ? "This key is not known here. API key:" : "This server asks for an API key:" }),
      input, make("button", { type: "submit", text: "Go on" })); // prettier-ignore
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      form.remove();
      resolve(input.value.trim());
    });
    say("");
    document.getElementById("lifemask-stage")!.append(form);
    input.focus();
  });
}

function say(text: string): void {
  document.getElementById("lifemask-message")!.textContent = text;
}

/** A choice of the server's avatars, if there is any. */
function chooser(avatars: readonly Listed[], chosen: string): HTMLElement[] {
  if (avatars.length < 2) return [];
  const options = avatars.map(({ name, title }) => make("option", { value: name, selected: name === chosen, text: title ?? name }));
  const select = make("select", { "aria-label": "Avatar" }, ...options);
  select.addEventListener("change", () => {
    query.set("avatar", select.value);
    location.search = query.toString();
  });
  return [select];
}

async function start(): Promise<AvatarView> {
  say("Looking for avatars…");
  const { avatars } = (await (await ask("/v1/avatars")).json()) as { avatars: Listed[] };
  if (avatars.length === 0) throw new Error("This server has no avatars yet. Start it with one: lifemask serve AVATAR");
  const name = query.get("avatar") ?? avatars[0]!.name;
  say(`Loading ${name}…`);
  const path = `/v1/avatars/${encodeURIComponent(name)}`;
  const packed = await (await ask(`${path}/packed`)).arrayBuffer();
  const stage = document.getElementById("lifemask-stage")!;
  const view = await AvatarView.create(stage, packed);
  document.documentElement.dataset.state = "ready";

  const address = () => {
    const key = recall(KEY);
    const end = key ? `&key=${encodeURIComponent(key)}` : "";
    return `${location.origin.replace(/^http/, "ws")}${path}/parameters?fps=25&audio_hz=16000${end}`;
  };
  const driver = new RemoteDriver(view.info, address);
  const interrupt = () => driver.interrupt();
  const latency = make("span", { class: "chip", title: "From when sound was sent to when its motion came", hidden: true });
  const desk = new Desk(view, stage, driver, {
    buttons: [{ button: iconButton("interrupt", "Interrupt", "Interrupt", interrupt, { "aria-keyshortcuts": "i" }), key: "i", does: "Fall silent at once", act: interrupt }],
    header: [...chooser(avatars, name), latency],
    times: () => [["Sound to motion", driver.latencyS === null ? "—" : `${Math.round(1000 * driver.latencyS)} ms`]],
  });
  setInterval(() => {
    latency.hidden = driver.latencyS === null;
    if (driver.latencyS !== null) latency.textContent = `${Math.round(1000 * driver.latencyS)} ms`;
  }, 500);
  desk.start();
  void desk.guard(() => driver.open());
  // A line that was closed because nobody spoke opens again when somebody is there.
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => void driver.open().catch(() => {}));
  return view;
}

window.lifemask = start();
window.lifemask.catch((problem: unknown) => {
  document.documentElement.dataset.state = "failed";
  say(problem instanceof Error ? problem.message : String(problem));
  console.error(problem);
});
