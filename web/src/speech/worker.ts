/** Hears beside the page, so that pictures do not wait for it. */

import { type Said, SpeechCore } from "./core";
import type { FromWorker, ToWorker } from "./messages";
import { VoicePack } from "./pack";

let core: SpeechCore | null = null;

function tell(message: FromWorker, moved: Transferable[] = []): void {
  (self as unknown as DedicatedWorkerGlobalScope).postMessage(message, moved);
}

function told(sound: number, last: boolean, make: (core: SpeechCore) => Said): void {
  if (core === null) return;
  const began = performance.now();
  const { count, mouth, speaking } = make(core);
  const tookMs = performance.now() - began;
  tell({ kind: "said", sound, last, count, mouth, speaking, tookMs }, [mouth.buffer, speaking.buffer]);
}

async function heard(message: ToWorker): Promise<void> {
  if (message.kind === "voice") {
    core = new SpeechCore(await VoicePack.of(message.packed), message.vectors);
    tell({ kind: "ready" });
  } else if (message.kind === "sound") told(message.sound, false, (core) => core.push(message.samples));
  else if (message.kind === "flush") told(message.sound, true, (core) => core.flush());
  else core?.reset();
}

self.onmessage = (event: MessageEvent<ToWorker>) => {
  heard(event.data).catch((problem: unknown) =>
    tell({ kind: "failed", message: problem instanceof Error ? problem.message : String(problem) }),
  );
};
