import { handSprite, SKINS, TIP } from '../hands.ts';
import { ellipse, motes, shadow, stroke } from '../light.ts';
import { cloud, mix, mixColour, seeded, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad } from '../sound.ts';
import { draw, drawBackdrop, paintSprite, still, svgSprite } from '../stage.ts';

export const plane: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#c39a62', '#775232', '#23150b'],
      light: '#ffe2a2',
      window: { x: 0.52, y: 0.04, w: 0.42, h: 0.28 },
      ground: ['#7a5330', '#24150a'],
      horizon: 0.66,
      shelf: ['#8a6239', '#5e3f22', '#a87c4a', '#6d4a2a'],
    });
    const board = paintSprite(720, 220, (u, v) => {
      const knot = Math.hypot((u - 0.3) * 3.2, (v - 0.55) * 1.6);
      const line = Math.sin((v * 34 + cloud(u * 3, v * 2, 3) * 12 + 5 / (knot + 0.35)) * 1.5);
      const k = 0.92 + line * 0.07 + (cloud(u * 60, v * 14, 2) - 0.5) * 0.12 - v * 0.14;
      return [222 * k, 166 * k, 104 * k];
    });
    const tool = await svgSprite(
      460,
      240,
      '<path d="M20 220 L20 176 C20 160 30 150 50 150 L410 150 C432 150 440 164 440 180 L440 220 Z" fill="url(#w)"/><path d="M20 206 L440 206 L440 222 L20 222 Z" fill="#33200f"/><path d="M196 152 L262 30 L292 44 L240 152 Z" fill="url(#i)"/><path d="M232 152 L300 70 L322 86 L268 152 Z" fill="#5b3a20"/><path d="M346 152 C330 100 350 64 384 66 C410 70 408 112 400 152 Z" fill="url(#w)"/><path d="M66 152 C58 110 76 96 96 96 C118 98 124 124 116 152 Z" fill="url(#w)"/><path d="M40 160 L420 160" stroke="#fff" stroke-opacity="0.35" stroke-width="5"/>',
      '<linearGradient id="w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b8743d"/><stop offset="1" stop-color="#5b321a"/></linearGradient><linearGradient id="i" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#e8ecef"/><stop offset="1" stop-color="#767c82"/></linearGradient>',
    );
    const hand = await handSprite('cup', SKINS.olive, '#4c6b62');
    const random = seeded(21);
    const fallen = Array.from({ length: 15 }, () => ({
      x: random() * 720,
      y: 1060 + random() * 170,
      a: random() * TAU,
      s: 16 + random() * 22,
    }));
    const curl = (x: number, y: number, turns: number, size: number, angle: number) =>
      Array.from({ length: Math.max(3, Math.round(turns * 14)) }, (_, k) => {
        const a = angle - k / 2.3;
        const r = size * (0.3 + (k / 14) * 0.5);
        return [x + Math.cos(a) * r, y + Math.sin(a) * r * 0.9, 15] as const;
      });
    const bench = still((canvas) => {
      drawBackdrop(canvas, room, 1.03);
      ellipse(canvas, 360, 1010, 520, 40, [60, 38, 20], [30, 18, 10]);
      draw(canvas, board, { x: 360, y: 960, scale: 1.05, scaleY: 0.82 });
      stroke(
        canvas,
        [
          [0, 872],
          [720, 872],
        ],
        [255, 226, 170],
        4,
        0.55,
      );
      for (const { x: fx, y, a, s } of fallen) {
        shadow(canvas, fx + 6, y + 14, s * 1.6, s * 0.7, 0.5);
        const line = curl(fx, y, 1.4, s, a);
        stroke(canvas, line, [170, 116, 66], 13);
        stroke(
          canvas,
          line.map(([px, py]) => [px, py - 3, 5] as const),
          [244, 208, 150],
          5,
          0.8,
        );
      }
    });
    return (canvas, t) => {
      bench(canvas);
      const stroke1 = (t * 3) % 1;
      const out = smooth(0, 0.62, stroke1) - smooth(0.66, 1, stroke1);
      const x = mix(560, 190, out);
      const cutting = stroke1 < 0.62;
      shadow(canvas, x, 876, 260, 24, 0.6);
      const long = cutting ? smooth(0.04, 0.62, stroke1) : 1;
      const drift = cutting ? 0 : smooth(0.62, 1, stroke1);
      const ribbon = Array.from({ length: 46 }, (_, k) => {
        const q = k / 45;
        const a = -1.1 - q * long * 10.5;
        const r = 20 + q * long * 74;
        return [
          x + 24 + 40 * q + Math.cos(a) * r - drift * 160,
          742 - 46 * long + Math.sin(a) * r * 0.82 + drift * drift * 330,
          24 - q * 6,
        ] as const;
      });
      stroke(
        canvas,
        ribbon.map(([px, py, w]) => [px + 3, py + 6, w] as const),
        [120, 76, 40],
        20,
        0.8 - drift * 0.5,
      );
      for (let k = 1; k < ribbon.length; k++) {
        const [, ay] = ribbon[k - 1] as readonly [number, number, number];
        const [, by] = ribbon[k] as readonly [number, number, number];
        const shade = 0.5 + 0.5 * Math.sin(k * 0.8 + (by - ay) * 0.06);
        stroke(
          canvas,
          [ribbon[k - 1] as (typeof ribbon)[number], ribbon[k] as (typeof ribbon)[number]],
          mixColour([206, 148, 88], [255, 226, 172], shade),
          18,
          0.96 - drift * 0.5,
        );
      }
      draw(canvas, tool, { x, y: 874, anchorY: 0.925, scale: 0.98 });
      draw(canvas, hand, { ...TIP, x: x + 138, y: 766, angle: 0.12, scale: 0.84 });
      draw(canvas, hand, { ...TIP, x: x - 150, y: 786, angle: -0.2, scaleX: -0.78, scaleY: 0.78 });
      motes(canvas, t, 71, 46, [255, 232, 176]);
    };
  },
  sound: [pad([98, 146.8, 196, 293.7], 0.045), hush(2800, 1.5, 3, 0.97, 47), hush(700, 1.2, 3, 0.9, 48)],
};
