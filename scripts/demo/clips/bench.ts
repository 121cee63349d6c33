/** At the bench: wood, leather, paper, willow. */
import { handSprite, SKINS, TIP } from './hands.ts';
import { paintRoom } from './room.ts';
import type { Scene } from './scene.ts';
import { crackle, every, hush, pad, strikes } from './sound.ts';
import {
  breathe,
  type Colour,
  cloud,
  draw,
  drawBackdrop,
  ellipse,
  glow,
  mix,
  mixColour,
  motes,
  paintSprite,
  seeded,
  shadow,
  smooth,
  still,
  stroke,
  svgSprite,
  TAU,
} from './stage.ts';

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
