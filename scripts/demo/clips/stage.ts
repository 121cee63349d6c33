/**
 * A small software stage: sprites drawn once from SVG, moved and lit frame by frame in plain arrays. Everything is made
 * to be cheap, because 24 clips are rendered in the background of somebody's first start.
 */
import sharp from 'sharp';

export const WIDTH = 720;
export const HEIGHT = 1280;
export const FPS = 24;
export const SECONDS = 6;

export type Colour = readonly [r: number, g: number, b: number];
/** RGB, three bytes a pixel. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray;
}
/** RGBA, straight alpha. */
export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export const createCanvas = (width = WIDTH, height = HEIGHT): Canvas => ({
  width,
  height,
  pixels: new Uint8ClampedArray(width * height * 3),
});

/** Draws what never moves once; each frame begins as a copy of it. */
export function still(paint: (canvas: Canvas) => void): (canvas: Canvas) => void {
  const base = createCanvas();
  paint(base);
  return (canvas) => canvas.pixels.set(base.pixels);
}

/** Renders an SVG body of this size; `defs` hold its gradients and filters. */
export async function svgSprite(width: number, height: number, body: string, defs = ''): Promise<Sprite> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>${defs}</defs>${body}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** A sprite from a function of position, each 0 to 1; for textures. */
export function paintSprite(
  width: number,
  height: number,
  paint: (u: number, v: number) => readonly [number, number, number, number?],
): Sprite {
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const [r, g, b, a = 255] = paint(x / width, y / height);
      pixels[i] = clamp255(r);
      pixels[i + 1] = clamp255(g);
      pixels[i + 2] = clamp255(b);
      pixels[i + 3] = clamp255(a);
    }
  }
  return { width, height, pixels };
}

/**
 * Fills the whole canvas from an opaque sprite, looked at through a lens: zoom 1 fits its width, (dx, dy) in pixels.
 * Rooms are out of focus, so two by two pixels share a look into them; `fine` looks for each.
 */
export function drawBackdrop(canvas: Canvas, sprite: Sprite, zoom: number, dx = 0, dy = 0, fine = false): void {
  const { width, height, pixels } = sprite;
  const scale = width / canvas.width / zoom;
  const left = width / 2 - (canvas.width / 2) * scale - dx * scale;
  const top = height / 2 - (canvas.height / 2) * scale - dy * scale;
  const out = canvas.pixels;
  const stride = width * 4;
  const rowBytes = canvas.width * 3;
  const step = fine ? 1 : 2;
  for (let y = 0; y < canvas.height; y += step) {
    const sy = Math.min(Math.max(top + y * scale, 0), height - 1.001);
    const y0 = sy | 0;
    const fy = ((sy - y0) * 256) | 0;
    let o = y * rowBytes;
    for (let x = 0; x < canvas.width; x += step) {
      const sx = Math.min(Math.max(left + x * scale, 0), width - 1.001);
      const x0 = sx | 0;
      const fx = ((sx - x0) * 256) | 0;
      const i = y0 * stride + x0 * 4;
      const j = i + stride;
      const a = (256 - fx) * (256 - fy);
      const b = fx * (256 - fy);
      const c = (256 - fx) * fy;
      const d = fx * fy;
      for (let k = 0; k < 3; k++, o++) {
        const value =
          ((pixels[i + k] as number) * a +
            (pixels[i + 4 + k] as number) * b +
            (pixels[j + k] as number) * c +
            (pixels[j + 4 + k] as number) * d) >>
          16;
        out[o] = value;
        if (!fine) out[o + 3] = value;
      }
      if (!fine) o += 3;
    }
    if (!fine) out.copyWithin((y + 1) * rowBytes, y * rowBytes, (y + 1) * rowBytes);
  }
}

export interface Placement {
  /** Where the sprite's anchor comes to lie on the canvas. */
  readonly x: number;
  readonly y: number;
  /** Anchor in the sprite, 0 to 1 of its size; the middle by default. */
  readonly anchorX?: number;
  readonly anchorY?: number;
  readonly scale?: number;
  readonly scaleX?: number;
  readonly scaleY?: number;
  /** Radians, clockwise. */
  readonly angle?: number;
  readonly alpha?: number;
  /** Adds light instead of covering. */
  readonly add?: boolean;
}

/** Draws a sprite moved, turned and scaled; smooth at its edges when the sprite's own border is transparent. */
export function draw(canvas: Canvas, sprite: Sprite, place: Placement): void {
  const { x, y, anchorX = 0.5, anchorY = 0.5, scale = 1, angle = 0, alpha = 1, add = false } = place;
  const sx = scale * (place.scaleX ?? 1);
  const sy = scale * (place.scaleY ?? 1);
  if (alpha <= 0.003 || sx === 0 || sy === 0) return;
  const { width, height, pixels } = sprite;
  const ax = anchorX * width;
  const ay = anchorY * height;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const corners = [
    [-ax, -ay],
    [width - ax, -ay],
    [-ax, height - ay],
    [width - ax, height - ay],
  ] as const;
  const xs = corners.map(([cx, cy]) => x + cx * sx * cos - cy * sy * sin);
  const ys = corners.map(([cx, cy]) => y + cx * sx * sin + cy * sy * cos);
  const x0 = Math.max(0, Math.floor(Math.min(...xs)));
  const x1 = Math.min(canvas.width - 1, Math.ceil(Math.max(...xs)));
  const y0 = Math.max(0, Math.floor(Math.min(...ys)));
  const y1 = Math.min(canvas.height - 1, Math.ceil(Math.max(...ys)));
  const stepU = cos / sx;
  const stepV = -sin / sy;
  const strength = alpha / 255;
  const out = canvas.pixels;
  const stride = width * 4;
  for (let py = y0; py <= y1; py++) {
    const oy = py - y;
    let u = ((x0 - x) * cos + oy * sin) / sx + ax - 0.5;
    let v = (-(x0 - x) * sin + oy * cos) / sy + ay - 0.5;
    let o = (py * canvas.width + x0) * 3;
    for (let px = x0; px <= x1; px++, u += stepU, v += stepV, o += 3) {
      if (u < 0 || v < 0 || u >= width - 1 || v >= height - 1) continue;
      const ui = u | 0;
      const vi = v | 0;
      const i = vi * stride + ui * 4;
      const j = i + stride;
      // Most of a sprite is empty.
      if (pixels[i + 3] === 0 && pixels[i + 7] === 0 && pixels[j + 3] === 0 && pixels[j + 7] === 0) continue;
      const fu = u - ui;
      const fv = v - vi;
      const wa = (1 - fu) * (1 - fv) * (pixels[i + 3] as number);
      const wb = fu * (1 - fv) * (pixels[i + 7] as number);
      const wc = (1 - fu) * fv * (pixels[j + 3] as number);
      const wd = fu * fv * (pixels[j + 7] as number);
      const a = wa + wb + wc + wd;
      if (a < 0.5) continue;
      const r =
        (pixels[i] as number) * wa +
        (pixels[i + 4] as number) * wb +
        (pixels[j] as number) * wc +
        (pixels[j + 4] as number) * wd;
      const g =
        (pixels[i + 1] as number) * wa +
        (pixels[i + 5] as number) * wb +
        (pixels[j + 1] as number) * wc +
        (pixels[j + 5] as number) * wd;
      const b =
        (pixels[i + 2] as number) * wa +
        (pixels[i + 6] as number) * wb +
        (pixels[j + 2] as number) * wc +
        (pixels[j + 6] as number) * wd;
      const keep = add ? 1 : 1 - a * strength;
      out[o] = (out[o] as number) * keep + r * strength;
      out[o + 1] = (out[o + 1] as number) * keep + g * strength;
      out[o + 2] = (out[o + 2] as number) * keep + b * strength;
    }
  }
}

/** Adds a soft round light. */
export function glow(
  canvas: Canvas,
  x: number,
  y: number,
  radius: number,
  [r, g, b]: Colour,
  strength: number,
  squash = 1,
): void {
  const ry = radius * squash;
  const y0 = Math.max(0, Math.ceil(y - ry));
  const y1 = Math.min(canvas.height - 1, Math.floor(y + ry));
  const out = canvas.pixels;
  for (let py = y0; py <= y1; py++) {
    const dy = (py - y) / ry;
    const half = Math.sqrt(Math.max(0, 1 - dy * dy)) * radius;
    const x0 = Math.max(0, Math.ceil(x - half));
    const x1 = Math.min(canvas.width - 1, Math.floor(x + half));
    for (let px = x0, o = (py * canvas.width + x0) * 3; px <= x1; px++, o += 3) {
      const dx = (px - x) / radius;
      const left = 1 - dx * dx - dy * dy;
      const light = left * left * strength;
      out[o] = (out[o] as number) + r * light;
      out[o + 1] = (out[o + 1] as number) + g * light;
      out[o + 2] = (out[o + 2] as number) + b * light;
    }
  }
}

/** Takes light away in a soft ellipse: contact shadows. */
export function shadow(canvas: Canvas, x: number, y: number, rx: number, ry: number, strength: number): void {
  const out = canvas.pixels;
  const y0 = Math.max(0, Math.ceil(y - ry));
  const y1 = Math.min(canvas.height - 1, Math.floor(y + ry));
  for (let py = y0; py <= y1; py++) {
    const dy = (py - y) / ry;
    const x0 = Math.max(0, Math.ceil(x - rx));
    const x1 = Math.min(canvas.width - 1, Math.floor(x + rx));
    for (let px = x0, o = (py * canvas.width + x0) * 3; px <= x1; px++, o += 3) {
      const dx = (px - x) / rx;
      const left = 1 - dx * dx - dy * dy;
      if (left <= 0) continue;
      const keep = 1 - left * strength;
      out[o] = (out[o] as number) * keep;
      out[o + 1] = (out[o + 1] as number) * keep;
      out[o + 2] = (out[o + 2] as number) * keep;
    }
  }
}

/** An ellipse with a smooth edge, shaded from its upper to its lower colour. */
export function ellipse(
  canvas: Canvas,
  x: number,
  y: number,
  rx: number,
  ry: number,
  upper: Colour,
  lower: Colour = upper,
  alpha = 1,
): void {
  const out = canvas.pixels;
  const edge = Math.max(1, Math.min(rx, ry));
  const y0 = Math.max(0, Math.floor(y - ry - 1));
  const y1 = Math.min(canvas.height - 1, Math.ceil(y + ry + 1));
  for (let py = y0; py <= y1; py++) {
    const dy = (py - y) / ry;
    const mix = Math.min(1, Math.max(0, (dy + 1) / 2));
    const x0 = Math.max(0, Math.floor(x - rx - 1));
    const x1 = Math.min(canvas.width - 1, Math.ceil(x + rx + 1));
    for (let px = x0, o = (py * canvas.width + x0) * 3; px <= x1; px++, o += 3) {
      const dx = (px - x) / rx;
      const cover = Math.min(1, Math.max(0, (1 - Math.sqrt(dx * dx + dy * dy)) * edge + 0.5)) * alpha;
      if (cover <= 0) continue;
      out[o] = (out[o] as number) * (1 - cover) + (upper[0] * (1 - mix) + lower[0] * mix) * cover;
      out[o + 1] = (out[o + 1] as number) * (1 - cover) + (upper[1] * (1 - mix) + lower[1] * mix) * cover;
      out[o + 2] = (out[o + 2] as number) * (1 - cover) + (upper[2] * (1 - mix) + lower[2] * mix) * cover;
    }
  }
}

/** A line with round ends and a width that may change along it. */
export function stroke(
  canvas: Canvas,
  points: readonly (readonly [x: number, y: number, width?: number])[],
  colour: Colour,
  width: number,
  alpha = 1,
): void {
  for (let n = 1; n < points.length; n++) {
    const [ax, ay, aw = width] = points[n - 1] as readonly [number, number, number?];
    const [bx, by, bw = width] = points[n] as readonly [number, number, number?];
    segment(canvas, ax, ay, bx, by, (aw + bw) / 4, colour, alpha);
  }
}

function segment(
  canvas: Canvas,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  radius: number,
  [r, g, b]: Colour,
  alpha: number,
): void {
  const reach = radius + 1;
  const y0 = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const y1 = Math.min(canvas.height - 1, Math.ceil(Math.max(ay, by) + reach));
  const x0 = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const x1 = Math.min(canvas.width - 1, Math.ceil(Math.max(ax, bx) + reach));
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy || 1;
  const out = canvas.pixels;
  for (let py = y0; py <= y1; py++) {
    for (let px = x0, o = (py * canvas.width + x0) * 3; px <= x1; px++, o += 3) {
      const t = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length2));
      const ex = px - ax - dx * t;
      const ey = py - ay - dy * t;
      const cover = Math.min(1, Math.max(0, radius - Math.sqrt(ex * ex + ey * ey) + 0.5)) * alpha;
      if (cover <= 0) continue;
      out[o] = (out[o] as number) * (1 - cover) + r * cover;
      out[o + 1] = (out[o + 1] as number) * (1 - cover) + g * cover;
      out[o + 2] = (out[o + 2] as number) * (1 - cover) + b * cover;
    }
  }
}

const GRAIN = (() => {
  const random = seeded(7);
  return Int8Array.from({ length: 1 << 16 }, () => Math.round((random() + random() - 1) * 3.2));
})();

/** A breath of film grain: it keeps dark gradients from breaking into bands. */
export function grain(canvas: Canvas, frame: number): void {
  const out = canvas.pixels;
  let g = (frame * 7919) & 0xffff;
  for (let o = 0; o < out.length; o += 3) {
    const n = GRAIN[g] as number;
    g = (g + 1) & 0xffff;
    if ((o & 0x3fff) === 0) g = (g + frame * 31 + o) & 0xffff;
    out[o] = (out[o] as number) + n;
    out[o + 1] = (out[o + 1] as number) + n;
    out[o + 2] = (out[o + 2] as number) + n;
  }
}

/** Dust in the light. `warm` is its colour; everything is periodic in the clip's length. */
export function motes(canvas: Canvas, t: number, seed: number, count = 26, warm: Colour = [255, 214, 160]): void {
  const random = seeded(seed);
  for (let n = 0; n < count; n++) {
    const x0 = random() * WIDTH;
    const y0 = random() * HEIGHT;
    const turns = random() < 0.5 ? 1 : 2;
    const phase = random() * TAU;
    const size = 2 + random() * random() * 9;
    const sway = 12 + random() * 40;
    const angle = phase + t * TAU * turns;
    const x = x0 + Math.cos(angle) * sway;
    const y = y0 + Math.sin(angle * 1) * sway * 1.4;
    const twinkle = 0.35 + 0.65 * (0.5 + 0.5 * Math.sin(angle * 2 + n));
    glow(canvas, x, y, size, warm, 0.32 * twinkle * Math.min(1, 7 / size));
  }
}

export const TAU = Math.PI * 2;
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const mixColour = (a: Colour, b: Colour, t: number): Colour => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];
export const clamp01 = (value: number): number => Math.min(1, Math.max(0, value));
const clamp255 = (value: number): number => Math.min(255, Math.max(0, value));
/** 0 at the edges of the clip, 1 in its middle: motion that loops. */
export const breathe = (t: number): number => 0.5 - 0.5 * Math.cos(t * TAU);
export const smooth = (edge0: number, edge1: number, x: number): number => {
  const t = clamp01((x - edge0) / (edge1 - edge0));
  return t * t * (3 - 2 * t);
};

/** Small deterministic generator (mulberry32): the same clip on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

const LATTICE = (() => {
  const random = seeded(11);
  return Float32Array.from({ length: 4096 }, random);
})();

/** Smooth value noise, 0 to 1; repeats every `wrap` cells when given. */
export function noise(x: number, y: number, wrapX = 64, wrapY = 64): number {
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const fx = x - xi;
  const fy = y - yi;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  if (wrapX === 64 && wrapY === 64) {
    const row = (yi & 63) << 6;
    const next = ((yi + 1) & 63) << 6;
    const x0 = xi & 63;
    const x1 = (xi + 1) & 63;
    const a = LATTICE[row + x0] as number;
    const c = LATTICE[next + x0] as number;
    const upper = a + ((LATTICE[row + x1] as number) - a) * u;
    return upper + (c + ((LATTICE[next + x1] as number) - c) * u - upper) * v;
  }
  const at = (cx: number, cy: number) =>
    LATTICE[(((cy % wrapY) + wrapY) % wrapY) * 64 + (((cx % wrapX) + wrapX) % wrapX)] as number;
  return mix(mix(at(xi, yi), at(xi + 1, yi), u), mix(at(xi, yi + 1), at(xi + 1, yi + 1), u), v);
}

/** Several octaves of noise, 0 to 1. */
export function cloud(x: number, y: number, octaves = 4, wrapX = 64, wrapY = 64): number {
  let sum = 0;
  let weight = 0.5;
  let wx = wrapX;
  let wy = wrapY;
  for (let n = 0; n < octaves; n++) {
    sum += weight * noise(x, y, Math.min(64, wx), Math.min(64, wy));
    x *= 2;
    y *= 2;
    wx *= 2;
    wy *= 2;
    weight /= 2;
  }
  return sum / (1 - weight * 2 + weight);
}
