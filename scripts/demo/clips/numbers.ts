/** Numbers for pictures: blending, easing, a generator that is the same on every machine, noise. */
import type { Colour } from './stage.ts';

export const TAU = Math.PI * 2;

export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

export const mixColour = (a: Colour, b: Colour, t: number): Colour => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];

export const clamp01 = (value: number): number => Math.min(1, Math.max(0, value));

export const clamp255 = (value: number): number => Math.min(255, Math.max(0, value));

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
