/** `AvatarView`: an avatar in a container of a page. */

import * as THREE from "three";
import type { Reply, Request } from "./messages";
import { Pace } from "./pace";
import { Scene } from "./scene";
import type { SplatFrame } from "./splats";
import type { AvatarInfo, AvatarViewApi, Background, ViewOptions, ViewStats } from "./types";
import { canvasSize, partOf } from "./window";
import EngineWorker from "./worker?worker&inline";

/** What the head turns about when it is looked at from the side, in its own frame (metres). */
const PIVOT_M: readonly number[] = [0, -0.02, -0.08];
/** A little more than was filmed still looks right (radians). */
const BEYOND = 0.1;
const MAX_ZOOM = 4;

interface Wish {
  readonly code: Float32Array;
  readonly done?: () => void;
  readonly failed?: (problem: Error) => void;
}

type Made = Extract<Reply, { kind: "made" }>;

export class AvatarView implements AvatarViewApi {
  readonly canvas: HTMLCanvasElement;
  private readonly pace = new Pace();
  private readonly view = new THREE.Matrix4();
  private readonly pivot: THREE.Vector3;
  private readonly centre: [number, number];
  private readonly watcher: ResizeObserver | null = null;
  private orbit = { yaw: 0, pitch: 0, zoom: 1 };
  /** What is in the worker's hands, what must be shown, and what would be shown next. */
  private making: Wish | null = null;
  private readonly exact: Wish[] = [];
  private next: Wish | null = null;
  private last: Float32Array;
  private spare: SplatFrame[] = [];
  private shown: SplatFrame | null = null;
  /** Made, but not shown yet: the graphics card is at the picture before it. */
  private waiting: Made | null = null;
  private drawing = false;
  private frameRequest = 0;
  private problem: Error | null = null;

  private constructor(
    private readonly container: HTMLElement,
    private readonly worker: Worker,
    private readonly scene: Scene,
    readonly info: AvatarInfo,
    private readonly trainedScale: number,
    private readonly options: ViewOptions,
  ) {
    this.canvas = scene.canvas;
    this.last = info.rest;
    const at = info.layout.offsets.head;
    const place = [0, 1, 2].map((row) => {
      const from = at + 4 * row;
      return info.rest[from + 3] + PIVOT_M.reduce((sum, value, column) => sum + value * info.rest[from + column], 0);
    });
    this.pivot = new THREE.Vector3(place[0], -place[1], -place[2]);
    this.centre = [0, 1].map(
      (axis) => (info.camera.focal[axis] * place[axis]) / place[2] + info.camera.principal[axis],
    ) as [number, number];
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", info.name);
    container.append(this.canvas);
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.hear(data);
    worker.onerror = (event) => this.fail(new Error(event.message || "The avatar's engine stopped."));
    this.canvas.addEventListener("webglcontextrestored", () => this.again());
    this.look();
    if (options.size) this.resize();
    else {
      this.watcher = new ResizeObserver(() => this.resize());
      this.watcher.observe(container);
      this.resize();
    }
  }

  /** Unpack an avatar and show it at rest. Rejects with an Error in plain words. */
  static async create(container: HTMLElement, packed: ArrayBuffer, options: ViewOptions = {}): Promise<AvatarView> {
    const worker = new EngineWorker();
    try {
      const opened = reply(worker);
      worker.postMessage({ kind: "open", packed } satisfies Request);
      const scene = new Scene();
      const first = await opened;
      if (first.kind !== "opened") throw new Error(first.kind === "failed" ? first.message : "The engine is confused.");
      const view = new AvatarView(container, worker, scene, first.info, first.trainedScale, options);
      const drawn = view.drawExactly(first.info.rest);
      scene.setPlate(await createImageBitmap(new Blob([first.plate]), { colorSpaceConversion: "none" }));
      const withoutPlate = view.shown !== null;
      await drawn;
      if (withoutPlate) scene.render();
      await scene.finished();
      return view;
    } catch (problem) {
      worker.terminate();
      throw problem;
    }
  }

  draw(code: Float32Array): void {
    this.next = { code: code.slice() };
    this.pump();
  }

  drawExactly(code: Float32Array): Promise<void> {
    return new Promise((done, failed) => {
      this.exact.push({ code: code.slice(), done, failed });
      this.pump();
    });
  }

  setBackground(background: Background): void {
    this.scene.setBackground(background);
    this.again();
  }

  setOrbit(yaw: number, pitch: number, zoom: number): { yaw: number; pitch: number; zoom: number } {
    const { filmed } = this.info;
    const within = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
    this.orbit = {
      yaw: within(yaw, Math.min(filmed.yaw[0], 0) - BEYOND, Math.max(filmed.yaw[1], 0) + BEYOND),
      pitch: within(pitch, Math.min(filmed.pitch[0], 0) - BEYOND, Math.max(filmed.pitch[1], 0) + BEYOND),
      zoom: within(zoom, 1, MAX_ZOOM),
    };
    const turn = new THREE.Matrix4().makeRotationY(this.orbit.yaw);
    turn.multiply(new THREE.Matrix4().makeRotationX(-this.orbit.pitch));
    const { x, y, z } = this.pivot;
    this.view.makeTranslation(x, y, z).multiply(turn).multiply(new THREE.Matrix4().makeTranslation(-x, -y, -z));
    this.look();
    this.again();
    return { ...this.orbit };
  }

  resetOrbit(): void {
    this.setOrbit(0, 0, 1);
  }

  stats(): ViewStats {
    return this.pace.stats();
  }

  dispose(): void {
    this.watcher?.disconnect();
    cancelAnimationFrame(this.frameRequest);
    this.fail(new Error("The avatar was put away."));
    this.worker.terminate();
    this.scene.dispose();
    this.canvas.remove();
  }

  private pump(): void {
    if (this.problem) {
      for (const wish of this.exact.splice(0)) wish.failed?.(this.problem);
      return;
    }
    if (this.making) return;
    const wish = this.exact.shift() ?? this.next;
    if (!wish) return;
    if (wish === this.next) this.next = null;
    this.making = wish;
    this.last = wish.code;
    const view = this.view.elements;
    const depth = [-view[2], -view[6], -view[10], -view[14]];
    const frame = this.spare.pop();
    const transfer = frame ? [frame.places.buffer, frame.looks.buffer, frame.order.buffer] : [];
    this.worker.postMessage({ kind: "make", code: wish.code, depth, frame } satisfies Request, transfer);
  }

  private hear(reply: Reply): void {
    if (reply.kind === "failed") return this.fail(new Error(reply.message));
    if (reply.kind !== "made" || !this.making) return;
    const wish = this.making;
    if (wish.done) {
      this.show(reply);
      wish.done();
    } else {
      this.waiting = reply;
      if (this.exact.length > 0) this.showWaiting();
      else this.await();
    }
  }

  /** Show what waits with the next animation frame, once the picture before it is done. */
  private await(): void {
    cancelAnimationFrame(this.frameRequest);
    if (this.drawing || !this.waiting) return;
    this.frameRequest = requestAnimationFrame(() => this.showWaiting());
  }

  private showWaiting(): void {
    const made = this.waiting;
    this.waiting = null;
    if (made) this.show(made);
  }

  private show(made: Made): void {
    if (this.shown) this.spare.push(this.shown);
    this.shown = made.frame;
    this.making = null;
    this.scene.show(made.frame);
    this.scene.render();
    if (!this.drawing) void this.watch(made);
    this.pump();
  }

  private async watch(made: Made): Promise<void> {
    const began = performance.now();
    this.drawing = true;
    await this.scene.finished();
    this.drawing = false;
    this.pace.add(made.engineMs, made.sortMs, performance.now() - began);
    this.await();
  }

  private fail(problem: Error): void {
    this.problem ??= problem;
    this.making?.failed?.(problem);
    this.making = null;
    this.pump();
  }

  /** Draw what is shown once more, unless something else comes anyway. */
  private again(): void {
    if (!this.next && this.exact.length === 0) this.draw(this.last);
  }

  private resize(): void {
    const { container, options, canvas } = this;
    if (options.size) {
      this.setSize(options.size[0], options.size[1]);
    } else {
      const [width, height] = canvasSize(this.info.camera, [
        Math.max(container.clientWidth, 1),
        Math.max(container.clientHeight, 1),
      ]);
      const ratio = Math.min(window.devicePixelRatio || 1, options.maxPixelRatio ?? (this.scene.inSoftware ? 1 : 2));
      Object.assign(canvas.style, {
        position: "absolute",
        left: `${(container.clientWidth - width) / 2}px`,
        top: `${(container.clientHeight - height) / 2}px`,
        width: `${width}px`,
        height: `${height}px`,
      });
      this.setSize(Math.round(width * ratio), Math.round(height * ratio));
    }
  }

  private setSize(width: number, height: number): void {
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.scene.setSize(width, height);
    this.look();
    // At once: a canvas of another size is empty.
    if (this.shown) this.scene.render();
  }

  private look(): void {
    const { camera } = this.info;
    const part = partOf(camera, this.canvas.width / this.canvas.height, this.orbit.zoom, this.centre);
    this.scene.look(camera, part, this.view, this.trainedScale);
  }
}

function reply(worker: Worker): Promise<Reply> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message || "The avatar's engine did not start."));
  });
}
