import { handSprite, SKINS, TIP } from '../hands.ts';
import { ellipse, glow, motes, shadow, stroke } from '../light.ts';
import { cloud, mix, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { crackle, every, hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, paintSprite, still } from '../stage.ts';

export const saddleStitch: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#6b4a33', '#452c1d', '#170d08'],
      light: '#ffcf8f',
      window: { x: 0.06, y: 0.02, w: 0.3, h: 0.16 },
      ground: ['#3b2416', '#140b06'],
      horizon: 0.4,
      shelf: [],
      vignette: 0.72,
    });
    const leather = paintSprite(720, 760, (u, v) => {
      const pore = cloud(u * 62, v * 62, 2);
      const broad = cloud(u * 5, v * 6, 3);
      const k =
        0.78 +
        (pore - 0.5) * 0.22 +
        (broad - 0.5) * 0.26 +
        (1 - v) * 0.14 +
        Math.exp(-(((u - 0.32) / 0.3) ** 2)) * 0.16;
      return [178 * k, 96 * k, 48 * k];
    });
    const hand = await handSprite('pinch', SKINS.brown, '#2f3b33');
    const seam = (n: number): readonly [number, number] => {
      const v = n / 22;
      return [70 + v * 560, 905 - Math.sin(v * 2.6) * 150 + v * 40];
    };
    const bench = still((canvas) => {
      drawBackdrop(canvas, room, 1.02);
      shadow(canvas, 360, 900, 460, 460, 0.6);
      draw(canvas, leather, { x: 360, y: 940, angle: -0.05, scale: 1.08 });
      const edge = Array.from({ length: 45 }, (_, n) => {
        const [x, y] = seam(n / 2);
        return [x, y - 74] as const;
      });
      stroke(
        canvas,
        edge.map(([x, y]) => [x - 4, y - 20] as const),
        [48, 24, 12],
        34,
        0.9,
      );
      stroke(
        canvas,
        edge.map(([x, y]) => [x - 2, y - 4] as const),
        [226, 150, 88],
        6,
        0.9,
      );
      stroke(
        canvas,
        edge.map(([x, y]) => [x, y + 34] as const),
        [70, 36, 18],
        3,
        0.8,
      );
      for (let n = 0; n <= 22; n++) {
        const [x, y] = seam(n);
        ellipse(canvas, x, y, 5, 6, [30, 14, 7], [60, 30, 15]);
      }
    });
    return (canvas, t) => {
      bench(canvas);
      const at = 3 + t * 12;
      const whole = Math.floor(at);
      const dip = at - whole;
      for (let n = 0; n < whole; n++) {
        const [ax, ay] = seam(n);
        const [bx, by] = seam(n + 1);
        stroke(
          canvas,
          [
            [ax + 2, ay + 5],
            [bx - 2, by + 4],
          ],
          [40, 20, 10],
          9,
          0.6,
        );
        stroke(
          canvas,
          [
            [ax + 1, ay - 1],
            [bx - 3, by - 2],
          ],
          [238, 222, 190],
          8,
        );
        stroke(
          canvas,
          [
            [ax + 3, ay - 3],
            [bx - 5, by - 4],
          ],
          [255, 250, 232],
          2.4,
          0.9,
        );
      }
      const [hx, hy] = seam(whole + 1);
      const [px, py] = seam(whole);
      const reach = Math.sin(dip * Math.PI);
      const rx = hx + 30 + reach * 130;
      const ry = hy - 30 - reach * 110;
      const lx = hx - 34 - reach * 120;
      const ly = hy + 40 + reach * 90;
      stroke(
        canvas,
        [
          [px, py],
          [mix(px, rx, 0.5) + 10, mix(py, ry, 0.5) + 24 * reach],
          [rx, ry],
        ],
        [240, 226, 196],
        4.4,
      );
      stroke(
        canvas,
        [
          [hx, hy],
          [mix(hx, lx, 0.5) - 12, mix(hy, ly, 0.5) + 30 * reach],
          [lx, ly],
        ],
        [226, 208, 174],
        4.4,
      );
      stroke(
        canvas,
        [
          [rx, ry, 5],
          [rx - 46, ry + 38, 2],
        ],
        [220, 224, 230],
        4,
      );
      stroke(
        canvas,
        [
          [lx, ly, 5],
          [lx + 40, ly - 40, 2],
        ],
        [200, 204, 210],
        4,
      );
      draw(canvas, hand, { ...TIP, x: rx + 4, y: ry - 4, angle: -0.12, scale: 0.98 });
      draw(canvas, hand, { ...TIP, x: lx - 4, y: ly + 4, angle: 0.1, scaleX: -0.98, scaleY: 0.98 });
      glow(canvas, 220, 700, 380, [255, 206, 140], 0.1 + 0.02 * Math.sin(t * TAU));
      motes(canvas, t, 77, 20, [255, 214, 160]);
    };
  },
  sound: [
    pad([103.8, 155.6, 207.7, 261.6], 0.045),
    hush(2200, 0.5, 12, 0.95, 53),
    crackle(4, 0.07),
    strikes(every(0.5, 0.05), 300, 0.03, 0.1, [1.7], 1.2),
  ],
};
