/** Things that turn: surfaces of revolution, lit from one side, their texture going round. */
import { ellipse } from './light.ts';
import { clamp01 } from './numbers.ts';
import type { Canvas, Colour, Sprite } from './stage.ts';

export interface Lathe {
  readonly x: number;
  readonly top: number;
  readonly height: number;
  /** Radius in pixels at a height, 0 (top) to 1 (bottom). */
  readonly radius: (v: number) => number;
  /** Turns, 1 a whole one. */
  readonly turn: number;
  /** Its colours; wraps around horizontally. */
  readonly texture: Sprite;
  /** -1 (left) to 1 (right): where the light comes from. */
  readonly light: number;
  /** 0 to 1: wet or polished. */
  readonly gloss?: number;
  /** What shadows turn to. */
  readonly dark?: Colour;
  /** Own light by height: added, 0 to 255 a channel. */
  readonly emit?: (v: number) => Colour;
  /** How far the eye looks down on it: ellipses' height by their width. */
  readonly tilt?: number;
}

const STEPS = 512;

/** Draws the outside; the opening on top is {@link opening}. */
export function lathe(canvas: Canvas, thing: Lathe): void {
  const { x, top, height, radius, turn, texture, light, gloss = 0.2, dark = [24, 12, 7], emit, tilt = 0.16 } = thing;
  const { lit, shine, around } = lightTables(light, gloss);
  const out = canvas.pixels;
  const y0 = Math.max(0, Math.floor(top));
  const bottom = top + height;
  const bulge = radius(1) * tilt;
  const y1 = Math.min(canvas.height - 1, Math.ceil(bottom + bulge));
  for (let py = y0; py <= y1; py++) {
    const rowV = (py - top) / height;
    const v = clamp01(rowV);
    const r = radius(v);
    // Below the bottom edge only the front of its ellipse is left.
    const below = py - bottom;
    const half = below > 0 ? r * Math.sqrt(Math.max(0, 1 - (below / bulge) ** 2)) : r;
    if (half < 1) continue;
    const slope = (radius(Math.min(1, v + 0.02)) - radius(Math.max(0, v - 0.02))) / (height * 0.04);
    const skyward = clamp01(0.86 - slope * 0.22);
    const emitted = emit?.(v);
    const row = Math.min(texture.height - 1, Math.floor(v * texture.height)) * texture.width;
    const x0 = Math.max(0, Math.floor(x - half));
    const x1 = Math.min(canvas.width - 1, Math.ceil(x + half));
    for (let px = x0, o = (py * canvas.width + x0) * 3; px <= x1; px++, o += 3) {
      const dx = (px - x) / r;
      const step = Math.min(STEPS - 1, Math.max(0, ((dx + 1) * 0.5 * STEPS) | 0));
      const u = (around[step] as number) + turn;
      const texel = (row + (((u - Math.floor(u)) * texture.width) | 0)) * 4;
      const shade = (lit[step] as number) * skyward;
      const bright = (shine[step] as number) * 255 * skyward;
      const edge = Math.min(1, half - Math.abs(px - x) + 0.5);
      if (edge <= 0) continue;
      let red = dark[0] * (1 - shade) + (texture.pixels[texel] as number) * shade + bright;
      let green = dark[1] * (1 - shade) + (texture.pixels[texel + 1] as number) * shade + bright * 0.9;
      let blue = dark[2] * (1 - shade) + (texture.pixels[texel + 2] as number) * shade + bright * 0.75;
      if (emitted) {
        const facing = 0.55 + 0.45 * Math.sqrt(Math.max(0, 1 - dx * dx));
        red += emitted[0] * facing;
        green += emitted[1] * facing;
        blue += emitted[2] * facing;
      }
      out[o] = (out[o] as number) * (1 - edge) + red * edge;
      out[o + 1] = (out[o + 1] as number) * (1 - edge) + green * edge;
      out[o + 2] = (out[o + 2] as number) * (1 - edge) + blue * edge;
    }
  }
}

/** The opening: a lit rim around a dark inside. */
export function opening(
  canvas: Canvas,
  x: number,
  y: number,
  r: number,
  tilt: number,
  rim: Colour,
  inside: readonly [Colour, Colour],
  thickness = 7,
): void {
  ellipse(canvas, x, y, r, r * tilt, rim);
  ellipse(canvas, x, y + 1.5, r - thickness, (r - thickness) * tilt, inside[0], inside[1]);
}

const tables = new Map<string, ReturnType<typeof makeTables>>();

function lightTables(light: number, gloss: number) {
  const key = `${light} ${gloss}`;
  const known = tables.get(key) ?? makeTables(light, gloss);
  tables.set(key, known);
  return known;
}

/** Across the visible half: how much light falls, how much is mirrored, and which part of the texture is seen. */
function makeTables(light: number, gloss: number) {
  const lit = new Float32Array(STEPS);
  const shine = new Float32Array(STEPS);
  const around = new Float32Array(STEPS);
  const from = light * 0.95;
  for (let n = 0; n < STEPS; n++) {
    const dx = ((n + 0.5) / STEPS) * 2 - 1;
    const normal = Math.asin(dx);
    const facing = Math.cos(normal - Math.asin(from) * 0.8);
    const edge = Math.cos(normal);
    const bounce = Math.max(0, Math.cos(normal + Math.asin(from))) * 0.14 * (1 - edge);
    lit[n] = clamp01(0.08 + Math.max(0, facing) ** 1.25 * (0.35 + 0.65 * edge ** 0.45) + bounce);
    const mirror = Math.cos(normal - Math.asin(from) * 0.55);
    shine[n] =
      gloss * (Math.max(0, mirror) ** 40 * 0.55 + Math.max(0, mirror) ** 8 * 0.16) +
      gloss * 0.1 * Math.max(0, -dx * Math.sign(light)) ** 14;
    around[n] = normal / (Math.PI * 2);
  }
  return { lit, shine, around };
}

/** A smooth profile through radii at even heights (Catmull-Rom). */
export const profile =
  (radii: readonly number[]) =>
  (v: number): number => {
    const at = v * (radii.length - 1);
    const n = Math.min(radii.length - 2, Math.floor(at));
    const t = at - n;
    const p = (k: number) => radii[Math.min(radii.length - 1, Math.max(0, k))] as number;
    const [a, b, c, d] = [p(n - 1), p(n), p(n + 1), p(n + 2)];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  };
