/** Light, shade and lines drawn straight onto a canvas, and what lies over every picture: dust and grain. */
import { seeded, TAU } from './numbers.ts';
import { type Canvas, type Colour, HEIGHT, WIDTH } from './stage.ts';

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
