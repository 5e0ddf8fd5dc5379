/** Everything around one avatar's picture; what moves it is given. */

import type { AvatarViewApi } from "../engine/types.js";
import { aboutDialog, type MoreTimes } from "./about.js";
import { Dialog, keyList } from "./dialog.js";
import { icon, iconButton, make, relabel } from "./dom.js";
import type { Driver } from "./driver.js";
import { acceptDrops } from "./dropping.js";
import { Hand } from "./hand.js";
import { listenToKeys } from "./keys.js";
import { Messages } from "./messages.js";
import { Panel } from "./panel.js";
import { Recorder } from "./recorder.js";
import { Settings } from "./settings.js";
import { clock, SoundBar } from "./sound_bar.js";
import { Stage } from "./stage.js";
import { css } from "./style.js";
import { themeButton } from "./theme.js";

/** The longest step in time that the face takes at once, as after a while in the background. */
const LONGEST_STEP_S = 0.1;

export interface DeskOptions {
  /** More buttons of the bar below the picture, with their keys. */
  readonly buttons?: readonly { button: HTMLButtonElement; key: string; does: string; act: () => void }[];
  /** What stands beside the name. */
  readonly header?: readonly HTMLElement[];
  readonly times?: MoreTimes;
}

export class Desk {
  readonly messages = new Messages();
  readonly stage: Stage;
  readonly panel: Panel;
  private readonly hand: Hand;
  private readonly settings: Settings;
  private readonly recorder: Recorder;
  private readonly soundBar: SoundBar;
  private readonly pauseButton: HTMLButtonElement;
  private readonly micButton: HTMLButtonElement;
  private readonly recordButton: HTMLButtonElement;
  private recording: Promise<void> = Promise.resolve();
  private paused = false;
  private shown: Float32Array;
  private lastMs = 0;

  constructor(
    private readonly view: AvatarViewApi,
    frame: HTMLElement,
    private readonly driver: Driver,
    options: DeskOptions = {},
  ) {
    const { info } = view;
    document.head.append(make("style", { text: css }));
    this.shown = new Float32Array(info.layout.width);
    this.hand = new Hand(info);
    this.stage = new Stage(view, frame);
    this.recorder = new Recorder(view.canvas, info.name, () => view.draw(this.shown));
    this.soundBar = new SoundBar(driver);
    this.settings = new Settings((background, words) => {
      this.stage.setBackground(background);
      this.messages.say(words);
    });
    this.panel = new Panel(info, this.hand, this.settings.group.element);

    const picker = make("input", { type: "file", accept: "audio/*,video/*", class: "away", tabindex: -1, "aria-label": "Choose sound or video" });
    picker.addEventListener("change", () => {
      const file = picker.files?.[0];
      picker.value = "";
      if (file !== undefined) void this.playFile(file);
    });
    this.pauseButton = iconButton("pause", "Pause", "Pause", () => this.togglePause(), { "aria-keyshortcuts": "Space" });
    this.micButton = iconButton("microphone", "Mic", "Microphone", () => void this.toggleMicrophone(), { "aria-keyshortcuts": "m" });
    this.recordButton = iconButton("record", "Record", "Record", () => this.toggleRecording(), { "aria-keyshortcuts": "r", class: "button record" });
    const fileButton = iconButton("file", "Open", "Open sound or video", () => picker.click(), { "aria-keyshortcuts": "o" });
    const background = iconButton("background", "Background", "Background", () => this.settings.nextBackground(), { "aria-keyshortcuts": "b" });
    const reset = iconButton("reset", "Reset", "Reset view", () => this.stage.reset(), { "aria-keyshortcuts": "0" });
    const more = options.buttons ?? [];
    const bar = make("div", { class: "bar", role: "toolbar", "aria-label": "Avatar" },
      this.pauseButton, this.micButton, fileButton, ...more.map((one) => one.button), this.recordButton, background, reset); // prettier-ignore

    const actions: [string, string, () => void][] = [
      [" ", "Pause or go on", () => this.togglePause()],
      ["m", "Microphone on or off", () => void this.toggleMicrophone()],
      ["o", "Open a file of sound or video", () => picker.click()],
      ...more.map((one): [string, string, () => void] => [one.key, one.does, one.act]),
      ["r", "Record, and stop recording", () => this.toggleRecording()],
      ["b", "Next background", () => this.settings.nextBackground()],
      ["0", "Reset the view", () => this.stage.reset()],
      ["?", "This help", () => help.open()],
    ];
    const help = new Dialog("Keys", (body) =>
      body.append(
        keyList([
          ...actions.map(([key, does]) => [key === " " ? "Space" : key.toUpperCase(), does] as const),
          ["← → ↑ ↓", "Turn the view"],
          ["+ −", "Zoom"],
        ]),
        make("p", { text: "Drag the picture to turn it, double-click it to reset it. Drop a sound or video on the page to make it speak. A double click on a slider puts it back." }),
      ),
    );
    const about = aboutDialog(view, options.times ?? (() => []));
    listenToKeys((key) => {
      const action = actions.find(([one]) => one === key);
      if (action !== undefined) action[2]();
      return action !== undefined || this.stage.key(key);
    });

    const sheet = make("button", { type: "button", class: "sheet-handle", "aria-controls": "panel" }, icon("sliders"), "Controls");
    const aside = make("aside", { class: "panel", id: "panel", "aria-label": "Controls" }, this.panel.element);
    const body = make("div", { class: "desk" });
    sheet.addEventListener("click", () => setSheet(!body.classList.contains("sheet-open")));
    const setSheet = (open: boolean) => {
      body.classList.toggle("sheet-open", open);
      sheet.setAttribute("aria-expanded", String(open));
    };
    setSheet(false);
    const header = make("header", { class: "top" },
      make("h1", { text: info.name }), make("span", { class: "chip", text: "Synthetic" }), ...(options.header ?? []), make("span", { class: "space" }),
      themeButton(), iconButton("about", "About", "About", () => about.open()), iconButton("help", "Keys", "Keys", () => help.open())); // prettier-ignore
    const veil = acceptDrops("Drop sound or video to make it speak", (file) => void this.playFile(file));
    body.append(header, make("div", { class: "scene", role: "main" }, this.stage.element, this.soundBar.element, bar, this.messages.element), sheet, aside);
    document.body.append(body, picker, veil, help.element, about.element);

    driver.onchange = () => this.showHearing();
    driver.onerror = (message) => this.messages.fail(message);
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const calm = () => (driver.stillHead = still.matches);
    still.addEventListener("change", calm);
    calm();
  }

  /** Begin to draw. */
  start(): void {
    const row = this.view.info.rest.slice();
    const driven = row.slice();
    const frame = (nowMs: number) => {
      const seconds = Math.min(Math.max(nowMs - this.lastMs, 0) / 1000, LONGEST_STEP_S);
      this.lastMs = nowMs;
      if (!this.paused) this.driver.next(seconds, driven);
      row.set(driven);
      this.hand.apply(row, seconds);
      this.stage.next(seconds);
      if (row.some((value, at) => value !== this.shown[at])) {
        this.shown.set(row);
        this.view.draw(row);
      }
      this.soundBar.update();
      if (this.recorder.running) this.showRecording();
      requestAnimationFrame(frame);
    };
    this.lastMs = performance.now();
    requestAnimationFrame(frame);
  }

  async playFile(file: File): Promise<void> {
    await this.guard(async () => {
      if (this.paused) this.togglePause();
      await this.driver.playFile(file);
      if (!this.driver.hasVoice) this.messages.fail("This avatar has no voice: the sound is played, and the mouth stays still.");
    });
  }

  private async toggleMicrophone(): Promise<void> {
    if (this.driver.hearing === "microphone") return this.driver.stop();
    await this.guard(async () => {
      if (!this.driver.hasVoice) throw new Error("This avatar has no voice, so that sound cannot move its mouth.");
      if (this.paused) this.togglePause();
      await this.driver.startMicrophone();
    });
  }

  private togglePause(): void {
    this.paused = !this.paused;
    if (this.paused) relabel(this.pauseButton, "play", "Go on", "Go on");
    else relabel(this.pauseButton, "pause", "Pause", "Pause");
    void this.guard(() => this.driver.hold(this.paused));
  }

  /** One after the other: who presses twice while the first is at work gets both. */
  private toggleRecording(): void {
    this.recordButton.classList.add("on");
    this.recording = this.recording.then(() => this.startOrStop());
  }

  private async startOrStop(): Promise<void> {
    await this.guard(async () => {
      if (!this.recorder.running) {
        await this.recorder.start(await this.driver.speaker.stream(), this.settings.marked);
      } else {
        const { blob, fileName } = await this.recorder.stop();
        const url = URL.createObjectURL(blob);
        make("a", { href: url, download: fileName }).click();
        setTimeout(() => URL.revokeObjectURL(url), 60_000);
        this.messages.say(`Saved as ${fileName}`);
      }
    });
    this.showRecording();
  }

  private showRecording(): void {
    const { running, seconds } = this.recorder;
    const label = running ? `Stop recording, ${clock(seconds)}` : "Record";
    if (this.recordButton.title !== label) relabel(this.recordButton, running ? "stop" : "record", running ? clock(seconds) : label, label);
    this.recordButton.classList.toggle("on", running);
  }

  private showHearing(): void {
    const on = this.driver.hearing === "microphone";
    this.micButton.classList.toggle("on", on);
    relabel(this.micButton, "microphone", "Mic", on ? "Microphone off" : "Microphone");
  }

  /** Do something that may fail, and tell if it did. */
  async guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.messages.fail(error instanceof Error ? error.message : String(error));
    }
  }
}
