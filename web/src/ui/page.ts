/** The page of one exported avatar: the picture, the controls, and the voice that it carries. */

import type { AvatarViewApi } from "../engine/types.js";
import { SpeechEngine } from "../speech/index.js";
import { Desk } from "./desk.js";
import { LocalDriver } from "./local_driver.js";

/** Build the page around a view, and start to draw. `packedVoice` as lifemask.viewer.voice_pack makes it, or null for
 * an avatar without a voice; one that cannot be read costs the voice alone. Resolves when all is in place. */
export async function startPage(view: AvatarViewApi, packedVoice: ArrayBuffer | null): Promise<void> {
  let engine: SpeechEngine | null = null;
  let failure: unknown = null;
  try {
    if (packedVoice !== null) engine = await SpeechEngine.create(packedVoice);
  } catch (error) {
    failure = error;
  }
  const desk = new Desk(view, view.canvas.parentElement!, new LocalDriver(view.info, engine));
  desk.start();
  if (failure !== null) {
    const why = failure instanceof Error ? failure.message : String(failure);
    desk.messages.fail(`The voice could not be read, so that sound moves nothing: ${why}`);
  }
}
