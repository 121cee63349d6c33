import { ellipse, glow, motes, shadow, stroke } from '../light.ts';
import { breathe, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { crackle, hush, pad } from '../sound.ts';
import { type Canvas, draw, drawBackdrop, svgSprite } from '../stage.ts';

/** A flame: three nested soft drops that lean and lick. */
function flame(canvas: Canvas, x: number, base: number, size: number, t: number, seed: number): void {
  const lean = Math.sin(t * TAU * 3 + seed) * 0.1 + Math.sin(t * TAU * 7 + seed * 2) * 0.05;
  const tall = size * (1 + 0.07 * Math.sin(t * TAU * 5 + seed) + 0.04 * Math.sin(t * TAU * 11 + seed));
  glow(canvas, x, base - tall * 0.5, size * 3.4, [255, 150, 56], 0.34);
  glow(canvas, x, base - tall * 0.45, size * 1.2, [255, 190, 96], 0.4);
  for (const [w, h, red, green, blue, alpha] of [
    [0.3, 1, 255, 138, 34, 0.55],
    [0.22, 0.84, 255, 190, 80, 0.8],
    [0.13, 0.6, 255, 246, 206, 0.95],
  ] as const) {
    const drop = Array.from({ length: 14 }, (_, n) => {
      const v = n / 13;
      const bulge = Math.sin(Math.min(1, v * 1.25 + 0.16) * Math.PI) ** 0.8;
      return [
        x + lean * tall * v * v,
        base - v * tall * h,
        Math.max(1, size * w * 2 * bulge * (1 - v * 0.35)),
      ] as const;
    });
    stroke(canvas, drop, [red, green, blue], 2, alpha * 0.55);
  }
  glow(canvas, x, base - 6, size * 0.3, [70, 110, 255], 0.4);
}

export const candle: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#2b2430', '#1b161d', '#0a080b'],
      light: '#ffb86b',
      ground: ['#3a2416', '#0e0806'],
      horizon: 0.7,
      shelf: ['#5a4636', '#74583f', '#4a3a30', '#64503c', '#8a6a48'],
      extra: '<circle cx="400" cy="700" r="520" fill="url(#spill)" opacity="0.6"/>',
      vignette: 0.85,
    });
    const taper = await svgSprite(
      120,
      640,
      '<path d="M34 20 C40 4 80 4 86 20 L100 620 C100 640 20 640 20 620 Z" fill="url(#c)"/><path d="M34 20 C36 90 30 130 26 150 C22 170 34 172 34 150 L40 60" fill="#fff3d6" opacity="0.7"/><path d="M84 30 C88 120 96 190 92 226 C88 244 80 238 82 214" fill="#e9cd98" opacity="0.8"/>',
      '<linearGradient id="c" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#ffe3a6"/><stop offset="0.16" stop-color="#f3cf92"/><stop offset="0.6" stop-color="#b08350"/><stop offset="1" stop-color="#5b3d25"/></linearGradient>',
    );
    const edge = await svgSprite(
      120,
      640,
      '<path d="M34 20 C40 4 80 4 86 20 L100 620 C100 640 20 640 20 620 Z" fill="url(#e)"/>',
      '<linearGradient id="e" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#1d0f08" stop-opacity="0.75"/><stop offset="0.3" stop-color="#1d0f08" stop-opacity="0.05"/><stop offset="0.62" stop-color="#1d0f08" stop-opacity="0.1"/><stop offset="1" stop-color="#1d0f08" stop-opacity="0.85"/></linearGradient>',
    );
    const candles = [
      [150, 760, 0.72, 1],
      [560, 720, 0.8, 4],
      [268, 850, 0.86, 2],
      [452, 900, 0.7, 5],
      [360, 700, 1.12, 3],
    ] as const;
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.03 + 0.03 * breathe(t), 0, 10 * breathe(t));
      for (const [x, top, scale, seed] of candles) {
        const flicker = 1 + 0.06 * Math.sin(t * TAU * 5 + seed);
        shadow(canvas, x, top + 372 * scale, 110 * scale, 24, 0.7);
        draw(canvas, taper, { x, y: top, anchorY: 0, scale: scale * 0.6, scaleX: 1.25 });
        draw(canvas, edge, { x, y: top, anchorY: 0, scale: scale * 0.6, scaleX: 1.25 });
        ellipse(canvas, x, top + 8 * scale, 17 * scale, 5, [255, 240, 196], [255, 214, 140], 0.9);
        glow(canvas, x, top + 46 * scale, 84 * scale, [255, 170, 76], 0.55 * flicker);
        stroke(
          canvas,
          [
            [x, top + 8],
            [x + 2, top - 14 * scale],
          ],
          [40, 22, 14],
          4,
        );
        flame(canvas, x, top - 8 * scale, 74 * scale, t, seed);
        const drop = (t + seed * 0.21) % 1;
        ellipse(
          canvas,
          x + 24 * scale,
          top + 20 + drop * 150 * scale,
          5 * scale,
          9 * scale,
          [255, 232, 180],
          [226, 180, 112],
          0.9 * Math.sin(drop * Math.PI),
        );
      }
      motes(canvas, t, 31, 30, [255, 190, 110]);
    };
  },
  sound: [pad([130.8, 164.8, 196, 261.6]), hush(240, 0.9, 3, 0.4), crackle(3, 0.08)],
};
