/** Draws splats over a plate: three, with Spark's renderer of splats. */

import { SparkRenderer, SplatAccumulator } from "@sparkjsdev/spark";
import * as THREE from "three";
import { FRAGMENT, VERTEX } from "./shaders";
import { emptyFrame, ORDERS_IN_A_ROW, type SplatFrame, SPLATS_IN_A_ROW } from "./splats";
import type { Background, Camera } from "./types";
import { type Part, projection } from "./window";

const NEAR_M = 0.01;
const FAR_M = 100;
/** Added to the projected covariance at the resolution of training (px²). */
const BLUR = 0.3;
const OPACITY_MIN = 1 / 255;
/** How often a fence is looked at; browsers do not allow to wait for one. */
const FENCE_MS = 2;

export class Scene {
  readonly canvas: HTMLCanvasElement;
  private readonly renderer: THREE.WebGLRenderer;
  private readonly scene = new THREE.Scene();
  private readonly camera = new THREE.PerspectiveCamera();
  private readonly spark: SparkRenderer;
  private readonly splats = new SplatAccumulator({ extSplats: true });
  private readonly plate = plateMesh();
  private textures: { places: THREE.DataArrayTexture; looks: THREE.DataArrayTexture; order: THREE.DataTexture } | null =
    null;

  /** Throws an Error that says what is missing where there is no WebGL 2. */
  constructor() {
    THREE.ColorManagement.enabled = false;
    this.canvas = document.createElement("canvas");
    const context = this.canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false });
    if (!context) throw new Error("This browser cannot draw the avatar: it offers no WebGL 2.");
    this.renderer = new THREE.WebGLRenderer({ canvas: this.canvas, context });
    this.renderer.setClearColor(0x000000, 0);
    this.spark = new SparkRenderer({
      renderer: this.renderer,
      autoUpdate: false,
      enableLod: false,
      accumExtSplats: true,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      minAlpha: OPACITY_MIN,
      depthTest: false,
    });
    // The worker hands over splats that are placed and sorted already: Spark shows these instead of gathering its own.
    this.spark.display = this.splats;
    this.spark.current = this.splats;
    this.camera.matrixAutoUpdate = false;
    this.scene.add(this.plate, this.spark);
    this.warm();
  }

  setPlate(picture: ImageBitmap): void {
    const texture = new THREE.Texture(picture);
    texture.generateMipmaps = false;
    texture.minFilter = THREE.LinearFilter;
    texture.flipY = false;
    texture.needsUpdate = true;
    this.plate.material.uniforms.picture.value = texture;
  }

  setBackground(background: Background): void {
    this.plate.visible = background === "plate";
    if (background === "plate" || background === "none") this.renderer.setClearColor(0x000000, 0);
    else this.renderer.setClearColor(new THREE.Color(background), 1);
  }

  setSize(width: number, height: number): void {
    this.renderer.setPixelRatio(1);
    this.renderer.setSize(width, height, false);
  }

  /** Look at this part of the frame; `view` moves the avatar before the camera (three's axes); `trainedScale` as in
   * messages.ts. */
  look(camera: Camera, part: Part, view: THREE.Matrix4, trainedScale: number): void {
    this.camera.projectionMatrix.fromArray(projection(camera, part, NEAR_M, FAR_M));
    this.camera.projectionMatrixInverse.copy(this.camera.projectionMatrix).invert();
    this.camera.near = NEAR_M;
    this.camera.far = FAR_M;
    this.camera.matrix.copy(view).invert();
    this.camera.updateMatrixWorld(true);
    const [width, height] = camera.size;
    this.plate.material.uniforms.part.value.set(
      part.left / width,
      part.top / height,
      part.width / width,
      part.height / height,
    );
    const scale = this.canvas.width / part.width;
    this.spark.preBlurAmount = BLUR * Math.max(1, scale / trainedScale) ** 2;
  }

  show(frame: SplatFrame): void {
    this.textures ??= this.makeTextures(frame);
    const { places, looks, order } = this.textures;
    for (const [texture, data] of [[places, frame.places], [looks, frame.looks], [order, frame.order]] as const) {
      texture.image.data = data;
      texture.needsUpdate = true;
    }
    this.spark.geometry.setDrawRange(0, 6 * frame.drawn);
  }

  render(): void {
    this.renderer.render(this.scene, this.camera);
  }

  /** Resolves when the graphics card has drawn all that was rendered, as far as a page can see. */
  async finished(): Promise<void> {
    const gl = this.renderer.getContext() as WebGL2RenderingContext;
    const mark = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (!mark) return;
    gl.flush();
    while (gl.getSyncParameter(mark, gl.SYNC_STATUS) !== gl.SIGNALED && !gl.isContextLost()) {
      await new Promise((resolve) => setTimeout(resolve, FENCE_MS));
    }
    gl.deleteSync(mark);
  }

  /** Whether there is no graphics card, so that the processor draws. */
  get inSoftware(): boolean {
    const gl = this.renderer.getContext();
    const about = gl.getExtension("WEBGL_debug_renderer_info");
    const name = about ? String(gl.getParameter(about.UNMASKED_RENDERER_WEBGL)) : "";
    return /swiftshader|llvmpipe|softpipe|basic render/i.test(name);
  }

  dispose(): void {
    for (const texture of Object.values(this.textures ?? {})) texture.dispose();
    (this.plate.material.uniforms.picture.value as THREE.Texture | null)?.dispose();
    this.plate.material.dispose();
    this.plate.geometry.dispose();
    this.spark.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }

  /** Draw one splat that nobody sees: shaders are compiled while the avatar is still being unpacked. */
  private warm(): void {
    this.setSize(16, 16);
    this.show({ ...emptyFrame(1), drawn: 1 });
    this.render();
    for (const texture of Object.values(this.textures ?? {})) texture.dispose();
    this.textures = null;
  }

  private makeTextures(frame: SplatFrame) {
    const rows = frame.places.length / (4 * SPLATS_IN_A_ROW);
    const places = asNumbers(new THREE.DataArrayTexture(frame.places, SPLATS_IN_A_ROW, rows, 1));
    const looks = asNumbers(new THREE.DataArrayTexture(frame.looks, SPLATS_IN_A_ROW, rows, 1));
    const order = asNumbers(
      new THREE.DataTexture(frame.order, ORDERS_IN_A_ROW / 4, frame.order.length / ORDERS_IN_A_ROW),
    );
    this.spark.geometry.dispose();
    this.spark.geometry = quads(frame.order.length);
    this.splats.getTextures = () => [places, looks];
    this.spark.orderingTexture = order;
    return { places, looks, order };
  }
}

/** Four whole numbers of 32 bits to each texel. */
function asNumbers<T extends THREE.Texture>(texture: T): T {
  texture.format = THREE.RGBAIntegerFormat;
  texture.type = THREE.UnsignedIntType;
  texture.internalFormat = "RGBA32UI";
  return texture;
}

/** `count` quads from (-1, -1) to (1, 1). */
function quads(count: number): THREE.BufferGeometry {
  const corners = new Int8Array(12 * count);
  const triangles = new Uint32Array(6 * count);
  for (let n = 0; n < count; n++) {
    corners.set([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0], 12 * n);
    triangles.set([4 * n, 4 * n + 1, 4 * n + 2, 4 * n, 4 * n + 2, 4 * n + 3], 6 * n);
  }
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.BufferAttribute(corners, 3));
  geometry.setIndex(new THREE.BufferAttribute(triangles, 1));
  return geometry;
}

function plateMesh(): THREE.Mesh<THREE.PlaneGeometry, THREE.ShaderMaterial> {
  const material = new THREE.ShaderMaterial({
    uniforms: { picture: { value: null }, part: { value: new THREE.Vector4(0, 0, 1, 1) } },
    vertexShader: `
      uniform vec4 part;
      varying vec2 at;
      void main() {
        at = part.xy + part.zw * vec2(uv.x, 1.0 - uv.y);
        gl_Position = vec4(position.xy, 0.0, 1.0);
      }`,
    fragmentShader: `
      uniform sampler2D picture;
      varying vec2 at;
      void main() { gl_FragColor = vec4(texture2D(picture, at).rgb, 1.0); }`,
    depthTest: false,
    depthWrite: false,
  });
  const mesh = new THREE.Mesh(new THREE.PlaneGeometry(2, 2), material);
  mesh.frustumCulled = false;
  mesh.renderOrder = -1;
  return mesh;
}
