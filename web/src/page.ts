/** The exported page: an avatar, and what its voice needs, within one file. */

import { embedded } from "./engine/embedded";
import { AvatarView } from "./engine/view";
import { startPage } from "./ui/page.js";

declare global {
  interface Window {
    /** For tests and for whoever builds on the page: resolves when the avatar is drawn. */
    lifemask: Promise<AvatarView>;
  }
}

async function start(): Promise<AvatarView> {
  const packed = embedded("lifemask-avatar");
  const stage = document.getElementById("lifemask-stage");
  if (!packed || !stage) throw new Error("This page holds no avatar. It was cut, or changed by another program.");
  const view = await AvatarView.create(stage, packed);
  performance.mark("lifemask-drawn");
  document.documentElement.dataset.state = "ready";
  await startPage(view, embedded("lifemask-voice"));
  return view;
}

window.lifemask = start();
window.lifemask.catch((problem: unknown) => {
  document.documentElement.dataset.state = "failed";
  const place = document.getElementById("lifemask-message");
  if (place) place.textContent = problem instanceof Error ? problem.message : String(problem);
  console.error(problem);
});
