/** Draws splats over a plate: three, with Spark's renderer of splats. */

import { SparkRenderer, SplatAccumulator } from "@sparkjsdev/spark";
import * as THREE from "three";
import { ORDERS_IN_A_ROW, type SplatFrame, SPLATS_IN_A_ROW } from "./splats";
import type { Background, Camera } from "./types";
import { type Part, projection } from "./window";

const NEAR_M = 0.01;
const FAR_M = 100;
/** Added to the projected covariance at the resolution of training (px²). */
const BLUR = 0.3;
const OPACITY_MIN = 1 / 255;
/** Standard deviations at which the most opaque splat has faded. */
const REACH = Math.sqrt(2 * Math.log(255));

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
      maxStdDev: REACH,
      minAlpha: OPACITY_MIN,
      blurAmount: 0,
      preBlurAmount: BLUR,
      maxPixelRadius: 4096,
      depthTest: false,
    });
    fitQuads(this.spark.material);
    // The worker hands over splats that are placed and sorted already: Spark shows these instead of gathering its own.
    this.spark.display = this.splats;
    this.spark.current = this.splats;
    this.camera.matrixAutoUpdate = false;
    this.scene.add(this.plate, this.spark);
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
    this.spark.activeSplats = frame.drawn;
  }

  render(): void {
    this.renderer.render(this.scene, this.camera);
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

  private makeTextures(frame: SplatFrame) {
    const rows = frame.places.length / (4 * SPLATS_IN_A_ROW);
    const places = asNumbers(new THREE.DataArrayTexture(frame.places, SPLATS_IN_A_ROW, rows, 1));
    const looks = asNumbers(new THREE.DataArrayTexture(frame.looks, SPLATS_IN_A_ROW, rows, 1));
    const order = asNumbers(
      new THREE.DataTexture(frame.order, ORDERS_IN_A_ROW / 4, frame.order.length / ORDERS_IN_A_ROW),
    );
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

/** Quads that end where their splat has faded, instead of where the most opaque one would: fewer pixels to look at. */
function fitQuads(material: THREE.ShaderMaterial): void {
  const before = "adjustedStdDev = maxStdDev;";
  if (!material.vertexShader.includes(before)) throw new Error("This version of Spark has another shader.");
  const fitted = "adjustedStdDev = min(maxStdDev, sqrt(2.0 * log(max(rgba.a, minAlpha) / minAlpha)));";
  material.vertexShader = material.vertexShader.replace(before, fitted);
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
