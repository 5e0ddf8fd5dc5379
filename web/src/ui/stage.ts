/** The picture: turned by dragging and arrow keys, brought nearer by wheel, pinch and keys. */

import type { AvatarViewApi, Background } from "../engine/types.js";
import { make } from "./dom.js";

const TURN_BY_WIDTH = 1.2;
const KEY_TURN = 0.035;
const KEY_ZOOM = 1.08;
const WHEEL_ZOOM = 0.0015;
/** Half of the way to where the view is turned is gone in this time. */
const HALF_S = 0.05;
const ARRIVED = 1e-4;

interface Orbit {
  yaw: number;
  pitch: number;
  zoom: number;
}

export class Stage {
  readonly element: HTMLElement;
  private want: Orbit = { yaw: 0, pitch: 0, zoom: 1 };
  private now: Orbit = { yaw: 0, pitch: 0, zoom: 1 };
  private readonly pointers = new Map<number, { x: number; y: number }>();

  /** `frame`: the element that the view fills. */
  constructor(private readonly view: AvatarViewApi, private readonly frame: HTMLElement) {
    const [width, height] = view.info.camera.size;
    frame.classList.add("frame");
    frame.style.setProperty("--aspect", String(width / height));
    frame.tabIndex = 0;
    frame.setAttribute("role", "application");
    frame.setAttribute("aria-roledescription", "avatar");
    frame.setAttribute("aria-label", `${view.info.name}. Arrow keys turn the view, plus and minus zoom, 0 resets it.`);
    this.element = make("div", { class: "stage" }, frame);
    frame.addEventListener("pointerdown", (event) => this.press(event));
    frame.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      frame.addEventListener(end, (event) => {
        this.pointers.delete(event.pointerId);
        frame.classList.toggle("dragged", this.pointers.size > 0);
      });
    }
    frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    frame.addEventListener("dblclick", () => this.reset());
  }

  setBackground(background: Background): void {
    this.view.setBackground(background);
    this.frame.classList.toggle("see-through", background === "none");
  }

  reset(): void {
    this.want = { yaw: 0, pitch: 0, zoom: 1 };
  }

  /** Arrow keys, plus and minus; true if the key was one of them. */
  key(key: string): boolean {
    const turns: Record<string, [number, number]> = {
      ArrowLeft: [-KEY_TURN, 0],
      ArrowRight: [KEY_TURN, 0],
      ArrowUp: [0, KEY_TURN],
      ArrowDown: [0, -KEY_TURN],
    };
    const turn = turns[key];
    if (turn !== undefined) this.turn(...turn);
    else if (key === "+" || key === "=") this.zoom(KEY_ZOOM);
    else if (key === "-") this.zoom(1 / KEY_ZOOM);
    else return false;
    return true;
  }

  /** Go on by `seconds`. */
  next(seconds: number): void {
    const stay = Math.pow(0.5, seconds / HALF_S);
    let moved = false;
    for (const part of ["yaw", "pitch", "zoom"] as const) {
      if (this.now[part] === this.want[part]) continue;
      const off = (this.now[part] - this.want[part]) * stay;
      this.now[part] = this.want[part] + (Math.abs(off) < ARRIVED ? 0 : off);
      moved = true;
    }
    if (!moved) return;
    const { yaw, pitch, zoom } = this.now;
    if (yaw === 0 && pitch === 0 && zoom === 1) return this.view.resetOrbit();
    const got = this.view.setOrbit(yaw, pitch, zoom);
    // What the view does not turn to is not wanted any more: the way back begins where it stopped.
    for (const part of ["yaw", "pitch", "zoom"] as const) {
      if (Math.abs(got[part] - this.now[part]) > ARRIVED) this.now[part] = this.want[part] = got[part];
    }
  }

  private turn(yaw: number, pitch: number): void {
    this.want.yaw += yaw;
    this.want.pitch += pitch;
  }

  private zoom(factor: number): void {
    this.want.zoom *= factor;
  }

  private press(event: PointerEvent): void {
    this.frame.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.frame.classList.add("dragged");
  }

  private drag(event: PointerEvent): void {
    const last = this.pointers.get(event.pointerId);
    if (last === undefined) return;
    const spread = () => {
      const [a, b] = [...this.pointers.values()];
      return Math.hypot(a!.x - b!.x, a!.y - b!.y);
    };
    const before = this.pointers.size === 2 ? spread() : 0;
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    last.x = event.clientX;
    last.y = event.clientY;
    if (this.pointers.size === 2) {
      if (before > 0) this.zoom(spread() / before);
    } else {
      const size = this.frame.clientWidth;
      this.turn((dx / size) * TURN_BY_WIDTH, (-dy / size) * TURN_BY_WIDTH);
    }
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    this.zoom(Math.exp(-event.deltaY * lines * WHEEL_ZOOM));
  }
}
