/** The engine, beside the page: rows of motion in, splats in drawing order out. */

import type { Reply, Request } from "./messages";
import { Networks } from "./networks";
import { Pack } from "./pack";
import { Rig } from "./rig";
import { emptyFrame, Splats } from "./splats";

let engine: { networks: Networks; rig: Rig; splats: Splats } | undefined;

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  try {
    if (data.kind === "open") await open(data.packed);
    else make(data);
  } catch (problem) {
    tell({ kind: "failed", message: problem instanceof Error ? problem.message : String(problem) });
  }
};

async function open(packed: ArrayBuffer): Promise<void> {
  const pack = await Pack.read(packed);
  const info = pack.info();
  engine = { networks: new Networks(pack, info.layout), rig: new Rig(pack, info.layout), splats: new Splats(pack) };
  const plate = Uint8Array.from(pack.array("plate"));
  tell({ kind: "opened", info, plate, trainedScale: pack.header.trained_scale }, [plate.buffer]);
}

function make({ code, depth, frame }: Extract<Request, { kind: "make" }>): void {
  if (!engine) throw new Error("The engine has no avatar yet.");
  const { networks, rig, splats } = engine;
  const began = performance.now();
  const made = frame ?? emptyFrame(splats.count);
  rig.pose(code);
  splats.place(rig.vertices, networks.weights(code), made);
  const placed = performance.now();
  splats.sort(depth, made);
  const sorted = performance.now();
  tell({ kind: "made", frame: made, engineMs: placed - began, sortMs: sorted - placed }, [
    made.places.buffer,
    made.looks.buffer,
    made.order.buffer,
  ]);
}

function tell(reply: Reply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer });
}
