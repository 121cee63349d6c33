import { handSprite, SKINS, TIP } from '../hands.ts';
import { lathe, opening, profile } from '../lathe.ts';
import { motes, shadow, stroke } from '../light.ts';
import { breathe, cloud, seeded, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad } from '../sound.ts';
import { draw, drawBackdrop, paintSprite } from '../stage.ts';
import { wheel } from '../wheel.ts';

export const celadonVase: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#6f7464', '#3d4238', '#14150f'],
      light: '#dfe3c4',
      window: { x: 0.06, y: 0.05, w: 0.34, h: 0.26 },
      ground: ['#2a241c', '#0b0907'],
      horizon: 0.72,
      shelf: ['#7f8f80', '#5c6c62', '#93a08b', '#4d5a50', '#6c7c6d', '#8b9884'],
    });
    const texture = paintSprite(512, 512, (u, v) => {
      const pool = cloud(u * 6, v * 6, 4, 6, 64);
      const fluting = 0.5 + 0.5 * Math.cos(u * TAU * 22);
      const carved = smooth(0.16, 0.3, v) * (1 - smooth(0.82, 0.95, v));
      const k = 0.86 + pool * 0.2 - carved * (1 - fluting) ** 3 * 0.36 + (v < 0.05 ? 0.12 : 0);
      return [160 * k, 186 * k, 160 * k + carved * (1 - fluting) ** 3 * 14];
    });
    const hand = await handSprite('pinch', SKINS.fair, '#5b5140');
    const radius = profile([62, 58, 66, 118, 172, 180, 156, 120, 96, 98]);
    const curls = Array.from({ length: 16 }, (_, n) => ({ at: n / 16, seed: n }));
    return (canvas, t) => {
      const sway = breathe(t);
      drawBackdrop(canvas, room, 1.03 + 0.02 * sway, 10 * sway, 0);
      wheel(canvas, 1002, t, [150, 160, 140]);
      shadow(canvas, 360, 1000, 170, 40, 0.8);
      lathe(canvas, {
        x: 360,
        top: 420,
        height: 574,
        radius,
        turn: t * 5,
        texture,
        light: -0.5,
        gloss: 0.95,
        dark: [16, 22, 17],
      });
      opening(
        canvas,
        360,
        421,
        63,
        0.16,
        [206, 222, 198],
        [
          [18, 22, 17],
          [60, 72, 60],
        ],
        6,
      );
      const y = 600 + Math.sin(t * TAU) * 130;
      const x = 360 + radius((y - 420) / 574) - 2;
      for (const { at, seed } of curls) {
        const life = (t * 3 + at) % 1;
        const random = seeded(seed * 31 + Math.floor(t * 3 + at));
        const cx = x + 20 + life * (70 + random() * 90);
        const cy = y + 14 + life * life * (260 + random() * 160) - life * 60;
        const turn = life * 12 + seed;
        const size = 7 + random() * 6;
        stroke(
          canvas,
          Array.from(
            { length: 7 },
            (_, k) =>
              [
                cx + Math.cos(turn + k * 0.8) * size * (0.4 + k * 0.1),
                cy + Math.sin(turn + k * 0.8) * size * (0.4 + k * 0.1),
              ] as const,
          ),
          [196, 210, 184],
          3.4,
          1 - life * 0.6,
        );
      }
      stroke(
        canvas,
        [
          [x + 2, y],
          [x + 60, y + 16],
          [x + 190, y + 78],
        ],
        [120, 84, 52],
        11,
      );
      stroke(
        canvas,
        [
          [x, y - 14],
          [x - 2, y],
          [x + 4, y + 14],
          [x + 40, y + 12],
          [x, y - 14],
        ],
        [214, 216, 210],
        4,
      );
      draw(canvas, hand, { ...TIP, x: x + 74, y: y + 22, angle: -0.1, scale: 0.95 });
      motes(canvas, t, 8, 22, [232, 236, 206]);
    };
  },
  sound: [pad([130.8, 196, 246.9, 329.6]), hush(900, 0.7, 5, 0.4), hush(3800, 0.22, 3, 0.9, 21)],
};
