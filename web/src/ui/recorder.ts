/** The picture, and what is played, as a video file. */

const FRAMES_HZ = 30;
const BITS_PER_PIXEL_S = 4;
const LEAST_BITS_S = 2_500_000;
const PIECE_MS = 1000;
/** How long a recording waits for its first picture. */
const FIRST_MS = 3000;
/** In order of choice: VP8 is the one that slow machines keep up with; the last is for browsers that write no WebM. */
const TYPES = ["video/webm;codecs=vp8,opus", "video/webm;codecs=vp9,opus", "video/webm", "video/mp4"];

export interface Recording {
  readonly blob: Blob;
  /** Says that the video is synthetic: browsers write no metadata that could. */
  readonly fileName: string;
}

export class Recorder {
  private recorder: MediaRecorder | null = null;
  private pieces: Blob[] = [];
  private copy: MarkedCopy | null = null;
  private startedMs = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly avatarName: string,
    /** Draw the picture again: a stream of a canvas begins with the next one that is drawn. */
    private readonly redraw: () => void,
  ) {}

  get running(): boolean {
    return this.recorder !== null;
  }

  get seconds(): number {
    return this.running ? (performance.now() - this.startedMs) / 1000 : 0;
  }

  /** Begin; `marked` burns a small "Synthetic" into the picture. Throws an Error in plain words. */
  async start(sound: MediaStream, marked: boolean): Promise<void> {
    const type = typeof MediaRecorder === "undefined" ? undefined : TYPES.find((one) => MediaRecorder.isTypeSupported(one));
    if (type === undefined || this.canvas.captureStream === undefined) {
      throw new Error("This browser cannot record. Try a current Chrome, Edge, Firefox or Safari.");
    }
    let picture = this.canvas.captureStream(FRAMES_HZ);
    if (marked) {
      const copy = MarkedCopy.of(picture, this.canvas);
      this.redraw();
      this.copy = await copy;
      picture = this.copy.stream;
    } else this.redraw();
    const { width, height } = this.canvas;
    this.pieces = [];
    this.recorder = new MediaRecorder(new MediaStream([...picture.getVideoTracks(), ...sound.getAudioTracks()]), {
      mimeType: type,
      videoBitsPerSecond: Math.max(LEAST_BITS_S, width * height * BITS_PER_PIXEL_S),
    });
    this.recorder.ondataavailable = (event) => event.data.size > 0 && this.pieces.push(event.data);
    this.recorder.start(PIECE_MS);
    this.startedMs = performance.now();
  }

  async stop(): Promise<Recording> {
    const recorder = this.recorder!;
    this.recorder = null;
    await new Promise<void>((resolve, reject) => {
      recorder.onstop = () => resolve();
      recorder.onerror = () => reject(new Error("The browser stopped recording. Try again, with a smaller window."));
      recorder.stop();
    });
    this.copy?.stop();
    this.copy = null;
    const type = recorder.mimeType.split(";")[0]!;
    const blob = new Blob(this.pieces, { type });
    this.pieces = [];
    if (blob.size === 0) throw new Error("The recording is empty: the browser gave no pictures. Keep the page in view.");
    const when = new Date().toISOString().slice(0, 19).replace(/:/g, "-");
    const name = this.avatarName.replace(/[^\p{L}\p{N}-]+/gu, "-").replace(/^-+|-+$/g, "") || "avatar";
    return { blob, fileName: `${name}-synthetic-${when}.${type === "video/mp4" ? "mp4" : "webm"}` };
  }
}

/** A canvas that shows a stream with the mark on it. */
class MarkedCopy {
  readonly stream: MediaStream;
  private running = true;

  private constructor(
    private readonly video: HTMLVideoElement,
    private readonly source: MediaStream,
    private readonly like: HTMLCanvasElement,
  ) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d")!;
    const draw = () => {
      if (!this.running) return;
      if (canvas.width !== this.like.width || canvas.height !== this.like.height) {
        [canvas.width, canvas.height] = [this.like.width, this.like.height];
      }
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(this.video, 0, 0, canvas.width, canvas.height);
      drawMark(context);
      requestAnimationFrame(draw);
    };
    draw();
    this.stream = canvas.captureStream(FRAMES_HZ);
  }

  static async of(source: MediaStream, like: HTMLCanvasElement): Promise<MarkedCopy> {
    const video = document.createElement("video");
    video.muted = video.playsInline = true;
    video.srcObject = source;
    await Promise.race([video.play(), new Promise((resolve) => setTimeout(resolve, FIRST_MS))]);
    return new MarkedCopy(video, source, like);
  }

  stop(): void {
    this.running = false;
    this.video.srcObject = null;
    for (const track of [...this.source.getTracks(), ...this.stream.getTracks()]) track.stop();
  }
}

function drawMark(context: CanvasRenderingContext2D): void {
  const { width, height } = context.canvas;
  const size = Math.max(11, Math.round(Math.min(width, height) * 0.026));
  const [pad, gap] = [Math.round(size * 0.55), Math.round(size * 0.9)];
  const text = "Synthetic";
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const box = [context.measureText(text).width + 2 * pad, size + 1.2 * pad] as const;
  const [x, y] = [width - gap - box[0], height - gap - box[1]];
  context.fillStyle = "rgba(0, 0, 0, 0.55)";
  context.beginPath();
  context.roundRect(x, y, box[0], box[1], box[1] / 2);
  context.fill();
  context.fillStyle = "rgba(255, 255, 255, 0.92)";
  context.fillText(text, x + pad, y + box[1] / 2 + 1);
}
