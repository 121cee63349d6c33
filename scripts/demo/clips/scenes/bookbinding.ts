import { handSprite, SKINS, TIP } from '../hands.ts';
import { ellipse, motes, shadow, stroke } from '../light.ts';
import { breathe, mix, seeded, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad } from '../sound.ts';
import { type Colour, draw, drawBackdrop, svgSprite } from '../stage.ts';

export const bookbinding: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#7d8577', '#4c5348', '#191c16'],
      light: '#f3ecc8',
      window: { x: 0.5, y: 0.03, w: 0.42, h: 0.2 },
      ground: ['#5a422c', '#1d130b'],
      horizon: 0.6,
      shelf: ['#8c3b2c', '#3f5a52', '#b38a44', '#2e3d5c', '#6e2c3c', '#7c8060'],
    });
    const hand = await handSprite('pinch', SKINS.fair, '#8b3f35');
    const cover = await svgSprite(
      620,
      120,
      '<path d="M10 110 L80 14 L610 14 L560 110 Z" fill="url(#c)"/><path d="M10 110 L560 110 L560 118 L10 118 Z" fill="#16261f"/>',
      '<linearGradient id="c" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#3f6b58"/><stop offset="1" stop-color="#1d3a2f"/></linearGradient>',
    );
    const random = seeded(12);
    const sheets = Array.from({ length: 9 }, () => ({ shade: 0.92 + random() * 0.1, shift: random() * 10 - 5 }));
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.03 + 0.015 * breathe(t), 8 * breathe(t), 0);
      shadow(canvas, 360, 1060, 400, 90, 0.8);
      draw(canvas, cover, { x: 366, y: 1044 });
      sheets.forEach(({ shade, shift }, n) => {
        const y = 1020 - n * 42;
        const x0 = 92 + shift;
        const x1 = 602 + shift;
        for (let k = 0; k < 5; k++) {
          const c: Colour = [244 * shade - k * 9, 234 * shade - k * 10, 210 * shade - k * 12];
          stroke(
            canvas,
            [
              [x0 + k * 2, y - k * 7 + 3],
              [x1 - k, y - k * 7 + 3],
            ],
            [90, 70, 48],
            8,
            0.5,
          );
          stroke(
            canvas,
            [
              [x0 + k * 2, y - k * 7],
              [x1 - k, y - k * 7],
            ],
            c,
            6.6,
          );
        }
        ellipse(canvas, x0 + 1, y - 14, 11, 20, [252 * shade, 244 * shade, 222 * shade], [190, 176, 148]);
      });
      const tapes = [190, 360, 520];
      for (const x of tapes)
        stroke(
          canvas,
          [
            [x, 560],
            [x, 1030],
          ],
          [214, 196, 160],
          26,
          0.16,
        );
      const at = t * 8;
      const row = Math.min(8, Math.floor(at));
      const along = at - Math.floor(at);
      for (let n = 0; n <= row; n++) {
        const y = 1006 - n * 42;
        const direction = n % 2 === 0;
        const reach = n < row ? 1 : along;
        const from = direction ? 110 : 590;
        const to = mix(from, direction ? 590 : 110, reach);
        for (let x = 0; x < 12; x++) {
          const a = mix(110, 590, x / 12);
          const b = mix(110, 590, (x + 0.62) / 12);
          const visible = direction ? a < to : b > to;
          if (visible)
            stroke(
              canvas,
              [
                [a, y],
                [b, y + (x % 2) * 1.5],
              ],
              [178, 58, 44],
              5,
            );
        }
        if (n > 0)
          stroke(
            canvas,
            [
              [direction ? 108 : 594, y],
              [direction ? 102 : 600, y + 21],
              [direction ? 108 : 594, y + 42],
            ],
            [178, 58, 44],
            5,
          );
      }
      const direction = row % 2 === 0;
      const y = 1006 - row * 42;
      const x = mix(direction ? 110 : 590, direction ? 590 : 110, along);
      const weave = Math.sin(along * TAU * 6);
      const nx = x + (direction ? 40 : -10) + weave * 14;
      const ny = y - 60 - Math.abs(weave) * 46;
      stroke(
        canvas,
        [
          [x, y],
          [mix(x, nx, 0.5) + 18, mix(y, ny, 0.4)],
          [nx, ny],
        ],
        [188, 66, 50],
        4,
      );
      stroke(
        canvas,
        [
          [nx, ny, 5],
          [nx - 36, ny + 44, 2],
        ],
        [226, 230, 234],
        4,
      );
      draw(canvas, hand, { ...TIP, x: nx + 4, y: ny - 6, angle: -0.14 });
      motes(canvas, t, 83, 26, [255, 248, 214]);
    };
  },
  sound: [pad([138.6, 174.6, 207.7, 277.2], 0.045), hush(3000, 0.45, 8, 0.95, 57), hush(1000, 0.3, 3, 0.8, 58)],
};
