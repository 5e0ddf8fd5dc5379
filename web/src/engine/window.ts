/** Which part of the filmed frame a canvas shows. */

import type { Camera } from "./types";

/** A rectangle of the frame in the camera's pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Size in CSS pixels of the canvas in a container: the whole frame where there is room beside it, and where there is
 * less, the container filled. */
export function canvasSize(camera: Camera, container: readonly [number, number]): [number, number] {
  const [width, height] = container;
  const ratio = camera.size[0] / camera.size[1];
  return width / height >= ratio ? [Math.round(height * ratio), height] : [width, height];
}

/** The part of the frame that a canvas of this ratio (width to height) shows, `zoom` times nearer, with `centre` as
 * near to its middle as the frame allows. */
export function partOf(camera: Camera, ratio: number, zoom: number, centre: readonly [number, number]): Part {
  const [frameWidth, frameHeight] = camera.size;
  const height = Math.min(frameHeight, frameWidth / ratio) / zoom;
  const width = height * ratio;
  const within = (at: number, size: number, all: number) => Math.min(Math.max(at - size / 2, 0), all - size);
  return { left: within(centre[0], width, frameWidth), top: within(centre[1], height, frameHeight), width, height };
}

/** A projection matrix (columns one after another) that shows this part of the frame, for three's axes. */
export function projection(camera: Camera, part: Part, near: number, far: number): number[] {
  const x = (2 * camera.focal[0]) / part.width;
  const y = (2 * camera.focal[1]) / part.height;
  const shiftX = 1 - (2 * (camera.principal[0] - part.left)) / part.width;
  const shiftY = (2 * (camera.principal[1] - part.top)) / part.height - 1;
  const depth = -(far + near) / (far - near);
  return [x, 0, 0, 0, 0, y, 0, 0, shiftX, shiftY, depth, -1, 0, 0, (-2 * far * near) / (far - near), 0];
}
