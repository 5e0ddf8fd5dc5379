/** Sound from a microphone or a file, as the engine takes it: one channel at 16 kHz. */

import { Resampler } from "./resample";

export const SPEECH_HZ = 16_000;

/** A microphone that is open; `close` lets go of it. */
export interface Microphone {
  /** How late sound arrives, beside what the device itself takes, seconds. */
  readonly latencyS: number;
  close(): void;
}

/** Runs on the audio thread: hands over every block of the first channel. */
const TAP = `registerProcessor("lifemask-tap", class extends AudioWorkletProcessor {
  process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true; }
});`;
const BLOCK = 1024;

/** Opens the microphone; `onSamples` gets its sound, 16 kHz mono. Throws an Error that says in plain words what is
 * wrong. */
export async function openMicrophone(onSamples: (samples: Float32Array) => void): Promise<Microphone> {
  if (!navigator.mediaDevices?.getUserMedia)
    throw new Error("This browser gives no page a microphone here. Open the page in Chrome, Edge or Firefox, or by https.");
  let stream: MediaStream;
  try {
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    stream = await navigator.mediaDevices.getUserMedia({ audio });
  } catch (problem) {
    throw new Error(whyNoMicrophone(problem));
  }
  const context = new AudioContext({ latencyHint: "interactive" });
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
  try {
    await context.resume();
    const resampler = new Resampler(context.sampleRate, SPEECH_HZ);
    const source = context.createMediaStreamSource(stream);
    const block = await tap(context, source, (samples) => onSamples(resampler.push(samples)));
    return { latencyS: resampler.behindS + block / context.sampleRate, close: stop };
  } catch (problem) {
    stop();
    throw problem;
  }
}

/** Hands every block of a node's sound to `each`; how many samples a block has. */
async function tap(context: AudioContext, source: AudioNode, each: (samples: Float32Array) => void): Promise<number> {
  // What is tapped must lead to the speakers to run at all: as silence.
  const silence = new GainNode(context, { gain: 0 });
  silence.connect(context.destination);
  if (context.audioWorklet !== undefined) {
    // A page from a file may load no worklet from a blob, as its origin is nobody's.
    const fromFile = location.protocol === "file:";
    const address = fromFile
      ? `data:text/javascript,${encodeURIComponent(TAP)}`
      : URL.createObjectURL(new Blob([TAP], { type: "text/javascript" }));
    try {
      await context.audioWorklet.addModule(address);
      const node = new AudioWorkletNode(context, "lifemask-tap", { channelCount: 1, channelCountMode: "explicit" });
      node.port.onmessage = (event: MessageEvent<Float32Array>) => each(event.data);
      source.connect(node).connect(silence);
      return 128;
    } catch {
      // Some pages may load none: the older way does everywhere.
    } finally {
      if (!fromFile) URL.revokeObjectURL(address);
    }
  }
  const node = context.createScriptProcessor(BLOCK, 1, 1);
  node.onaudioprocess = (event) => each(event.inputBuffer.getChannelData(0).slice());
  source.connect(node).connect(silence);
  return BLOCK;
}

function whyNoMicrophone(problem: unknown): string {
  const name = problem instanceof DOMException ? problem.name : "";
  if (name === "NotAllowedError" || name === "SecurityError")
    return "The microphone was not allowed. Allow it beside the address of this page, then try again.";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "There is no microphone.";
  if (name === "NotReadableError") return "The microphone cannot be read: another program may hold it.";
  return `The microphone cannot be opened: ${problem instanceof Error ? problem.message : String(problem)}`;
}

/** A file's sound: `samples` at 16 kHz, mono, for the engine; `buffer` to be played. */
export interface FileSound {
  readonly samples: Float32Array;
  readonly buffer: AudioBuffer;
}

/** Decodes an audio or video file. Throws an Error that says what is wrong with it. */
export async function decodeFile(file: Blob & { readonly name?: string }): Promise<FileSound> {
  const name = file.name === undefined ? "The file" : `"${file.name}"`;
  if (file.size === 0) throw new Error(`${name} is empty.`);
  let buffer: AudioBuffer;
  const context = new OfflineAudioContext(1, 1, 48_000);
  try {
    buffer = await context.decodeAudioData(await file.arrayBuffer());
  } catch {
    throw new Error(`${name} has no sound that this browser can decode. WAV, MP3, M4A, OGG, MP4 and WebM work.`);
  }
  if (buffer.length === 0) throw new Error(`${name} has no sound.`);
  const offline = new OfflineAudioContext(1, Math.ceil(buffer.duration * SPEECH_HZ), SPEECH_HZ);
  const source = new AudioBufferSourceNode(offline, { buffer });
  source.connect(offline.destination);
  source.start();
  const made = await offline.startRendering();
  return { samples: made.getChannelData(0), buffer };
}
