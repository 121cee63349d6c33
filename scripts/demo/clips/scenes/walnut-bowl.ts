import { handSprite, SKINS, TIP } from '../hands.ts';
import { lathe, opening, profile } from '../lathe.ts';
import { ellipse, motes, stroke } from '../light.ts';
import { breathe, cloud, mix, seeded, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad } from '../sound.ts';
import { type Colour, draw, drawBackdrop, paintSprite } from '../stage.ts';

export const walnutBowl: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#a3713f', '#5e3b20', '#1b0f08'],
      light: '#f3cf8d',
      window: { x: 0.04, y: 0.05, w: 0.3, h: 0.3 },
      ground: ['#6a4324', '#1c1008'],
      horizon: 0.74,
      shelf: ['#8a5a33', '#5b3a20', '#a57544', '#6e4727', '#3f2614', '#99683a'],
    });
    const texture = paintSprite(512, 512, (u, v) => {
      // Growth rings cut across by the bowl's side.
      const bend = cloud(u * 4, v * 3, 3, 4, 64);
      const rings = Math.sin((v * 13 + Math.cos(u * TAU * 2) * 1.4 + bend * 5) * 3.2);
      const fibre = cloud(u * 40, v * 6, 2, 40, 64) - 0.5;
      const k = 0.92 + rings * 0.16 + fibre * 0.3;
      return [152 * k, 92 * k, 52 * k];
    });
    const hand = await handSprite('cup', SKINS.brown, '#7a3b2a');
    const radius = profile([232, 236, 232, 214, 180, 138, 104, 96]);
    const random = seeded(5);
    const shavings = Array.from({ length: 34 }, () => ({
      phase: random(),
      lift: 180 + random() * 260,
      reach: 60 + random() * 330,
      spin: 6 + random() * 10,
      size: 9 + random() * 15,
      tone: random(),
    }));
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.02 + 0.03 * breathe(t), -10 * breathe(t), 0);
      ellipse(canvas, 360, 1034, 92, 24, [76, 74, 74], [28, 27, 28]);
      ellipse(canvas, 360, 1012, 106, 24, [128, 126, 124], [58, 56, 56]);
      const shake = Math.sin(t * TAU * 24) * 0.8;
      lathe(canvas, {
        x: 360 + shake,
        top: 650,
        height: 358,
        radius,
        turn: t * 30,
        texture,
        light: -0.55,
        gloss: 0.45,
        dark: [24, 12, 6],
        tilt: 0.12,
      });
      opening(
        canvas,
        360 + shake,
        651,
        233,
        0.2,
        [196, 132, 82],
        [
          [30, 16, 9],
          [132, 82, 48],
        ],
        15,
      );
      const y = 800 + Math.sin(t * TAU) * 90;
      const x = 360 + radius((y - 650) / 358);
      for (const { phase, lift, reach, spin, size, tone } of shavings) {
        const life = (t * 4 + phase) % 1;
        const sx = x - 6 + life * reach;
        const sy = y - lift * life * (1.55 - 1.7 * life) + life * life * 330;
        const turn = life * spin + phase * 9;
        const wood: Colour = [mix(196, 240, tone), mix(138, 184, tone), mix(84, 122, tone)];
        const curl = Array.from({ length: 9 }, (_, k) => {
          const a = turn + k * 0.62;
          const r = size * (0.35 + k * 0.09);
          return [sx + Math.cos(a) * r, sy + Math.sin(a) * r * 0.75, 5 - k * 0.35] as const;
        });
        stroke(canvas, curl, wood, 4.6, 1 - life ** 3);
      }
      stroke(
        canvas,
        [
          [720, y + 118],
          [x + 170, y + 54, 30],
        ],
        [70, 38, 22],
        34,
      );
      stroke(
        canvas,
        [
          [x + 170, y + 54, 15],
          [x + 4, y + 2, 11],
        ],
        [196, 198, 200],
        13,
      );
      stroke(
        canvas,
        [
          [x + 160, y + 47, 4],
          [x + 8, y - 2, 3],
        ],
        [255, 255, 255],
        3,
        0.8,
      );
      draw(canvas, hand, { ...TIP, x: x + 128, y: y + 34, angle: -0.1, scale: 0.95 });
      motes(canvas, t, 16, 44, [255, 220, 160]);
    };
  },
  sound: [pad([98, 146.8, 196, 246.9]), hush(700, 1.3, 6, 0.5), hush(3200, 0.5, 6, 0.8, 13)],
};
