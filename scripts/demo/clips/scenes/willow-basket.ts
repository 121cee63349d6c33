import { handSprite, SKINS, TIP } from '../hands.ts';
import { ellipse, motes, shadow, stroke } from '../light.ts';
import { breathe, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { crackle, hush, pad } from '../sound.ts';
import { type Colour, draw, drawBackdrop } from '../stage.ts';

export const willowBasket: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#8c8a5c', '#55543a', '#1a1a10'],
      light: '#f6edb2',
      window: { x: 0.04, y: 0.04, w: 0.36, h: 0.26 },
      ground: ['#5c4a30', '#1c150c'],
      horizon: 0.7,
      shelf: ['#7a6a3e', '#a08a52', '#5d5230', '#8c7a48'],
    });
    const hand = await handSprite('cup', SKINS.olive, '#6a4a7a');
    const back = await handSprite('pinch', SKINS.olive, '#6a4a7a');
    const tones: readonly Colour[] = [
      [186, 132, 74],
      [146, 96, 52],
      [206, 160, 98],
      [120, 74, 42],
    ];
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.03 + 0.02 * breathe(t), -8 * breathe(t), 0);
      shadow(canvas, 360, 1070, 340, 70, 0.8);
      const rows = 13 + t * 3;
      const turn = t * TAU * 0.5;
      const rowY = (n: number) => 1050 - n * 23;
      const rowR = (n: number) => 176 + 74 * Math.sin(Math.min(1, n / 15) * 1.7) - Math.max(0, n - 12) * 2;
      const stakes = 30;
      // The far stakes first, then the wall, then the near ones that still stand free.
      const stake = (n: number, front: boolean) => {
        const a = (n / stakes) * TAU + turn;
        if (Math.sin(a) > 0 !== front) return;
        const top = Math.floor(rows);
        const y0 = rowY(top) + Math.sin(a) * 34;
        const x0 = 360 + Math.cos(a) * rowR(top);
        const sway = Math.sin(t * TAU * 2 + n) * 4;
        const light = 0.6 + 0.4 * (Math.cos(a + 0.7) * 0.5 + 0.5);
        stroke(
          canvas,
          [
            [x0, y0, 12],
            [x0 + Math.cos(a) * 34 + sway * 0.4, y0 - 150, 10],
            [x0 + Math.cos(a) * 84 + sway, y0 - 330, 5],
          ],
          [168 * light, 128 * light, 74 * light],
          10,
        );
      };
      for (let n = 0; n < stakes; n++) stake(n, false);
      ellipse(canvas, 360, rowY(Math.floor(rows)), rowR(Math.floor(rows)), 36, [24, 16, 8], [70, 46, 24]);
      for (let row = 0; row <= rows; row++) {
        const part = Math.min(1, rows - row);
        const r = rowR(row);
        const y = rowY(row);
        const colour = tones[row % 4] as Colour;
        for (let k = 0; k < 15 * part; k++) {
          const a0 = Math.PI - ((k + 0.06) / 15) * Math.PI;
          const a1 = Math.PI - ((k + 0.94) / 15) * Math.PI;
          const slip = ((turn * stakes) / TAU) % 1;
          const over = (k + row + Math.floor((turn * stakes) / TAU)) % 2 === 0;
          const out = over ? 7 : -3;
          const s = (slip * Math.PI) / 15;
          const mid = (a0 + a1) / 2 - s;
          const light = (over ? 1 : 0.66) * (0.45 + 0.62 * Math.max(0, Math.cos(mid - 2.1)));
          const points = [a0, mid + s, a1].map(
            (a, i) =>
              [
                360 + Math.cos(a - s) * (r + (i === 1 ? out : 0)),
                y + Math.sin(a - s) * 36 + (i === 1 ? out * 0.3 : 0),
                i === 1 ? 21 : 15,
              ] as const,
          );
          stroke(
            canvas,
            points.map(([px, py, w]) => [px, py + 4, w] as const),
            [30, 18, 8],
            17,
            0.6,
          );
          stroke(canvas, points, [colour[0] * light, colour[1] * light, colour[2] * light], 17);
          stroke(
            canvas,
            points.map(([px, py]) => [px, py - 5, 3.4] as const),
            [255, 226, 160],
            3.4,
            0.28 * light,
          );
        }
      }
      for (let n = 0; n < stakes; n++) stake(n, true);
      const a = Math.PI - ((rows % 1) * 15 * Math.PI) / 15;
      const r = rowR(Math.floor(rows));
      const wx = 360 + Math.cos(a) * r;
      const wy = rowY(Math.floor(rows)) + Math.sin(a) * 36;
      stroke(
        canvas,
        [
          [wx, wy, 16],
          [wx + 100, wy - 50, 14],
          [wx + 240, wy - 40, 11],
          [wx + 420, wy + 60, 6],
        ],
        tones[(Math.floor(rows) + 1) % 4] as Colour,
        14,
      );
      draw(canvas, back, { ...TIP, x: wx + 84, y: wy - 44, angle: -0.05 });
      draw(canvas, hand, { ...TIP, x: 128, y: 930, angle: -0.1, scaleX: -0.98, scaleY: 0.98 });
      motes(canvas, t, 88, 30, [250, 244, 190]);
    };
  },
  sound: [pad([116.5, 146.8, 174.6, 233.1], 0.045), crackle(7, 0.2, 59), hush(1500, 0.4, 5, 0.9, 60)],
};
