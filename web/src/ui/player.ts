/** A file that is heard, on the clock that the face follows. */

/** One context for all sound of the page; `stream` carries what is played, for a recording. */
export class Speaker {
  private context: AudioContext | null = null;
  private tap: MediaStreamAudioDestinationNode | null = null;

  /** Ready to play; called first from a click or a key, since browsers let nothing sound before. */
  async open(): Promise<AudioContext> {
    if (this.context === null) {
      this.context = new AudioContext({ latencyHint: "interactive" });
      this.tap = this.context.createMediaStreamDestination();
      // Chromium writes no file before the sound's first samples, and a tap that nothing feeds has none.
      const silence = new ConstantSourceNode(this.context, { offset: 0 });
      silence.connect(this.tap);
      silence.start();
    }
    if (this.context.state !== "running") {
      // A browser that waits for a click leaves this promise open: go on, and sound follows with the next click.
      await Promise.race([this.context.resume(), new Promise((resolve) => setTimeout(resolve, 300))]);
    }
    return this.context;
  }

  async stream(): Promise<MediaStream> {
    await this.open();
    return this.tap!.stream;
  }

  async hold(held: boolean): Promise<void> {
    if (this.context !== null) await (held ? this.context.suspend() : this.context.resume());
  }

  /** Begin a buffer now; `onended` is not called for one that is stopped. */
  async play(buffer: AudioBuffer, onended: () => void): Promise<Playing> {
    const context = await this.open();
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.connect(this.tap!);
    source.onended = onended;
    const startS = context.currentTime + 0.02;
    source.start(startS);
    return new Playing(context, source, startS, buffer.duration);
  }
}

export class Playing {
  constructor(
    private readonly context: AudioContext,
    private readonly source: AudioBufferSourceNode,
    private readonly startS: number,
    readonly lengthS: number,
  ) {}

  /** Which second of the file is heard now. */
  get atS(): number {
    return this.context.currentTime - (this.context.outputLatency || 0) - this.startS;
  }

  stop(): void {
    this.source.onended = null;
    this.source.stop();
    this.source.disconnect();
  }
}
