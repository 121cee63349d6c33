/**
 * A small software stage: sprites drawn once from SVG, moved and lit frame by frame in plain arrays. Everything is made
 * to be cheap, because 24 clips are rendered in the background of somebody's first start.
 */
import sharp from 'sharp';
import { clamp255 } from './numbers.ts';

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

/** Part of a canvas's rows and columns, each pair of pixels from a function of its place. */
export function fillArea(
  canvas: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  colour: (x: number, y: number) => Colour | null,
): void {
  const { width, height, pixels } = canvas;
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width - 1, x1); x += 2) {
      const c = colour(x, y);
      if (c === null) continue;
      const o = (y * width + x) * 3;
      pixels[o] = pixels[o + 3] = c[0];
      pixels[o + 1] = pixels[o + 4] = c[1];
      pixels[o + 2] = pixels[o + 5] = c[2];
    }
  }
}
