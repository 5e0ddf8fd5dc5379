/**
 * Spark's shaders for this page's splats alone: its extended encoding, no levels of detail, no depth of field. They
 * compile and run in a fraction of the time of the general ones, which counts where there is no graphics card, and
 * project as lifemask.splats does.
 *
 * All quads are one mesh instead of instances of one quad, because drawing in software makes a draw call of each
 * instance; and each ends where its splat has faded, so that fewer pixels are looked at.
 */

export const VERTEX = `
precision highp float;
precision highp int;
precision highp usampler2D;
precision highp usampler2DArray;

#include <splatDefines>

uniform vec2 renderSize;
uniform vec4 renderToViewQuat;
uniform vec3 renderToViewPos;
uniform float minAlpha;
uniform float preBlurAmount;
uniform usampler2D ordering;
uniform usampler2DArray extSplats;
uniform usampler2DArray extSplats2;

flat out vec4 look;
out vec2 deviations;

void main() {
  gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
  int number = gl_VertexID >> 2;
  uint splat = texelFetch(ordering, ivec2((number >> 2) & 4095, number >> 14), 0)[number & 3];
  ivec3 texel = splatTexCoord(int(splat));
  vec3 centre, scales;
  vec4 quaternion;
  unpackSplatExt(texelFetch(extSplats, texel, 0), texelFetch(extSplats2, texel, 0), centre, scales, quaternion, look);
  if (look.a < minAlpha) return;

  vec3 place = quatVec(renderToViewQuat, centre) + renderToViewPos;
  vec4 clip = projectionMatrix * vec4(place, 1.0);
  if (clip.w <= 0.0) return;

  // Beyond the edges of the picture by more than this part of it, a splat is as slanted as there.
  const float MARGIN = 0.15;
  vec2 focal = vec2(projectionMatrix[0][0], projectionMatrix[1][1]);
  vec2 shift = vec2(projectionMatrix[2][0], projectionMatrix[2][1]);
  float limit = 1.0 + 2.0 * MARGIN;
  vec2 slope = clamp(place.xy / clip.w, (shift - limit) / focal, (shift + limit) / focal);
  vec2 scale = 0.5 * renderSize * focal / clip.w;
  mat3 turned = scaleQuaternionToMatrix(scales, quatQuat(renderToViewQuat, quaternion));
  vec3 across = scale.x * (vec3(turned[0].x, turned[1].x, turned[2].x) + slope.x * vec3(turned[0].z, turned[1].z, turned[2].z));
  vec3 up = scale.y * (vec3(turned[0].y, turned[1].y, turned[2].y) + slope.y * vec3(turned[0].z, turned[1].z, turned[2].z));
  float a = dot(across, across) + preBlurAmount;
  float b = dot(across, up);
  float d = dot(up, up) + preBlurAmount;

  float middle = 0.5 * (a + d);
  float apart = length(vec2(0.5 * (a - d), b));
  float longest = middle + apart;
  // Of the two ways to write the axis the one that does not vanish.
  vec2 axis = a >= d ? vec2(longest - d, b) : vec2(b, longest - a);
  axis = apart > 1e-6 * middle ? normalize(axis) : vec2(1.0, 0.0);
  float reach = sqrt(2.0 * log(look.a / minAlpha));
  deviations = position.xy * reach;
  vec2 offset = deviations.x * sqrt(longest) * axis + deviations.y * sqrt(max(middle - apart, 0.0)) * vec2(axis.y, -axis.x);
  gl_Position = vec4(clip.xy + 2.0 * offset / renderSize * clip.w, 0.0, clip.w);
}`;

export const FRAGMENT = `
precision highp float;

uniform float minAlpha;

flat in vec4 look;
in vec2 deviations;
out vec4 colour;

void main() {
  float alpha = look.a * exp(-0.5 * dot(deviations, deviations));
  if (alpha < minAlpha) discard;
  colour = vec4(look.rgb * alpha, alpha);
}`;
