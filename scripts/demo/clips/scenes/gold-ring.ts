import { handSprite, SKINS, TIP } from '../hands.ts';
import { glow, motes, shadow, stroke } from '../light.ts';
import { breathe, cloud, mix, mixColour, seeded, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, paintSprite } from '../stage.ts';

export const goldRing: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#3b2f3d', '#221a26', '#0b080d'],
      light: '#ffd9b0',
      window: { x: 0.08, y: 0.06, w: 0.26, h: 0.16 },
      ground: ['#2c1f24', '#0a0709'],
      horizon: 0.72,
      vignette: 0.75,
    });
    const hand = await handSprite('pinch', SKINS.brown, '#1f2a3a');
    const random = seeded(33);
    const dust = Array.from({ length: 40 }, () => ({
      x: 80 + random() * 560,
      y: 1060 + random() * 150,
      s: random(),
      p: random() * TAU,
    }));
    const pad0 = paintSprite(640, 200, (u, v) => {
      const r = Math.hypot((u - 0.5) * 2, (v - 0.5) * 2);
      const k = 0.8 + 0.3 * cloud(u * 60, v * 24, 3) - v * 0.3;
      return [96 * k, 34 * k, 44 * k, r > 1 ? 0 : 255 * smooth(1, 0.97, r)];
    });
    return (canvas, t) => {
      const turn = t * TAU;
      drawBackdrop(canvas, room, 1.03 + 0.02 * breathe(t), 8 * Math.sin(turn), 0);
      shadow(canvas, 360, 1110, 380, 110, 0.6);
      draw(canvas, pad0, { x: 360, y: 1090 });
      const cx = 360;
      const cy = 800;
      const yaw = turn;
      const wide = 0.36 + 0.64 * Math.abs(Math.cos(yaw));
      const R = 178;
      shadow(canvas, cx, 1000, R * wide * 1.1, 34, 0.75);
      // The band as many short pieces, each lit by the way it faces; the far half first.
      const piece = (n: number) => {
        const a = (n / 120) * TAU;
        const x = cx + Math.cos(a) * R * wide;
        const y = cy + Math.sin(a) * R;
        const depth = Math.cos(a) * Math.sin(yaw);
        return { a, x, y, depth };
      };
      const order = Array.from({ length: 120 }, (_, n) => n).sort((a, b) => piece(a).depth - piece(b).depth);
      for (const n of order) {
        const { a, x, y, depth } = piece(n);
        const next = piece(n + 1);
        const facing = Math.cos(a * 2 + yaw * 2) * 0.5 + 0.5;
        const line = Math.max(0, Math.cos(a - 4.2 + yaw)) ** 14 + Math.max(0, Math.cos(a - 1.4 - yaw)) ** 22;
        const gold = mixColour([104, 60, 22], [242, 186, 92], facing * (0.55 + 0.45 * (depth * 0.5 + 0.5)));
        const width = 34 + Math.abs(Math.sin(yaw)) * 12;
        stroke(
          canvas,
          [
            [x, y],
            [next.x, next.y],
          ],
          mixColour(gold, [255, 248, 220], Math.min(1, line)),
          width,
        );
        stroke(
          canvas,
          [
            [x - 9 * wide, y - 6],
            [next.x - 9 * wide, next.y - 6],
          ],
          mixColour(gold, [255, 236, 186], 0.6),
          5,
          0.5,
        );
      }
      // A stone on top: facets that flash in turn.
      const sy = cy - R - 34;
      for (let f = 0; f < 10; f++) {
        const a0 = (f / 10) * TAU + yaw;
        const a1 = ((f + 1) / 10) * TAU + yaw;
        const flash = Math.max(0, Math.cos(a0 * 2 - yaw * 3)) ** 6;
        const c = mixColour([20, 96, 86], [196, 255, 236], flash);
        for (let k = 0; k <= 9; k++) {
          const a = mix(a0, a1, k / 9);
          stroke(
            canvas,
            [
              [cx + Math.cos(a) * 20 * wide, sy - 20 + Math.sin(a) * 6],
              [cx + Math.cos(a) * 54 * Math.max(0.62, wide), sy + 2 + Math.sin(a) * 16],
              [cx, sy + 50],
            ],
            c,
            7,
            0.8,
          );
        }
      }
      for (const dx of [-46, 46])
        stroke(
          canvas,
          [
            [cx + dx * Math.max(0.62, wide), sy - 8, 8],
            [cx + dx * 0.7 * wide, sy + 40, 14],
          ],
          [236, 184, 96],
          10,
        );
      const sparkle = Math.max(0, Math.sin(turn * 2 + 0.6)) ** 8;
      glow(canvas, cx - 14, sy - 10, 130 * sparkle + 20, [214, 255, 240], 0.8 * sparkle);
      for (const a of [0, Math.PI / 2])
        stroke(
          canvas,
          [
            [cx - 14 - Math.cos(a) * 120 * sparkle, sy - 10 - Math.sin(a) * 120 * sparkle, 0.5],
            [cx - 14, sy - 10, 6],
            [cx - 14 + Math.cos(a) * 120 * sparkle, sy - 10 + Math.sin(a) * 120 * sparkle, 0.5],
          ],
          [240, 255, 250],
          4,
          sparkle,
        );
      for (const { x, y, s, p } of dust)
        glow(canvas, x, y, 3 + s * 4, [255, 206, 110], Math.max(0, Math.sin(turn * 2 + p)) * 0.9);
      const hx = cx + R * wide + 16 + Math.sin(t * TAU * 6) * 5;
      draw(canvas, hand, { ...TIP, x: hx, y: cy + 60, angle: 0.02 });
      motes(canvas, t, 107, 24, [255, 220, 190]);
    };
  },
  sound: [
    pad([185, 233.1, 277.2, 370], 0.045),
    strikes([0.5, 1.6, 3, 4.4, 5.2], 2637, 0.7, 0.03, [1.5, 2.6], 0),
    hush(5000, 0.35, 9, 0.9, 67),
  ],
};
