/** What the parts of the page agree on: rows of motion, what is known of an avatar, and the view that draws it. */

/** What stands where in a row of motion; the layout of `lifemask.avatar.code_rows.CodeLayout`. */
export interface CodeLayout {
  readonly expressionNames: readonly string[];
  readonly torsoModes: number;
  readonly faceModes: number;
  /** Numbers in a row. */
  readonly width: number;
  /** Where each part begins. `eyes`: gaze (left yaw, left pitch, right yaw, right pitch; radians); `head` and `torso`:
   * the rows of camera_from_head and camera_from_torso, 3 x 4 each (metres, OpenCV axes). */
  readonly offsets: {
    readonly expression: number;
    readonly eyes: number;
    readonly head: number;
    readonly torso: number;
    readonly torsoModes: number;
    readonly faceModes: number;
  };
}

/** A pinhole camera in pixels: x right, y down, z forward, pixel centres at +0.5. */
export interface Camera {
  readonly focal: readonly [number, number];
  readonly principal: readonly [number, number];
  /** Width and height of the frame. */
  readonly size: readonly [number, number];
}

/** How far the head turned against the camera in the film; radians, relative to the rest's pose. */
export interface FilmedRange {
  readonly yaw: readonly [number, number];
  readonly pitch: readonly [number, number];
}

export interface AvatarInfo {
  readonly name: string;
  readonly layout: CodeLayout;
  readonly camera: Camera;
  /** Width and height of the frames as the avatar was filmed; the plate is this large. */
  readonly frameSize: readonly [number, number];
  /** Numbers of Gaussians: all, and those of them that belong to the head. */
  readonly gaussians: number;
  readonly headGaussians: number;
  /** A row of motion: the person at rest in the middle of the film's poses. */
  readonly rest: Float32Array;
  readonly filmed: FilmedRange;
  /** The avatar's card (docs/card.md), or null where there is none. */
  readonly card: Readonly<Record<string, unknown>> | null;
}

/** What the last two seconds took, in milliseconds for one frame. `engineMs`: from a row of motion to Gaussians, in the
 * worker; `sortMs`: ordering them; `drawMs`: until the picture is done, as far as a page can see (to about 4 ms);
 * `fps`: frames drawn each second. */
export interface ViewStats {
  readonly fps: number;
  readonly engineMs: number;
  readonly sortMs: number;
  readonly drawMs: number;
}

export interface ViewOptions {
  /** The largest number of canvas pixels to each CSS pixel; unless told otherwise 2, and 1 without a graphics card. */
  readonly maxPixelRatio?: number;
  /** Draw at exactly this size (canvas pixels) instead of filling the container. */
  readonly size?: readonly [number, number];
}

/** "plate": what stood behind the person; "none": transparent; anything else: a CSS colour. */
export type Background = "plate" | "none" | (string & {});

/** Draws one avatar into a container; made by `AvatarView.create` of `engine/view.ts`. */
export interface AvatarViewApi {
  readonly info: AvatarInfo;
  readonly canvas: HTMLCanvasElement;
  /** Show a row of motion, as soon as it can be: the newest wins. The row is copied. */
  draw(code: Float32Array): void;
  /** Show this very row, and resolve when its picture is on the canvas. */
  drawExactly(code: Float32Array): Promise<void>;
  setBackground(background: Background): void;
  /** Look from the side by `yaw` and `pitch` (radians, clamped so that the head is seen as in the film), nearer by
   * `zoom` (1 is the film's own frame). Gives what it was clamped to. */
  setOrbit(yaw: number, pitch: number, zoom: number): { yaw: number; pitch: number; zoom: number };
  resetOrbit(): void;
  stats(): ViewStats;
  /** Free the worker and the graphics card. */
  dispose(): void;
}
