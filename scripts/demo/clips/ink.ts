/** Colour that flows: marbled paper, a brush full of ink. */
import { handSprite, SKINS, TIP } from './hands.ts';
import { paintRoom } from './room.ts';
import type { Scene } from './scene.ts';
import { hush, pad, strikes } from './sound.ts';
import {
  type Colour,
  cloud,
  draw,
  drawBackdrop,
  glow,
  mix,
  motes,
  noise,
  paintSprite,
  type Sprite,
  seeded,
  shadow,
  smooth,
  still,
  stroke,
  svgSprite,
  TAU,
} from './stage.ts';

export const marbling: Scene = {
  async prepare() {
    const bands: readonly Colour[] = [
      [22, 40, 84],
      [34, 84, 128],
      [236, 220, 188],
      [196, 74, 48],
      [232, 166, 74],
      [18, 26, 52],
      [120, 160, 166],
      [244, 234, 212],
    ];
    const small: Sprite = { width: 288, height: 512, pixels: new Uint8Array(288 * 512 * 4).fill(255) };
    // One row of bands, softened where two meet, so that the inner loop only looks up.
    const ramp = Float32Array.from({ length: 1024 * 3 }, (_, i) => {
      const at = (Math.floor(i / 3) / 1024) * bands.length;
      const a = bands[Math.floor(at) % bands.length] as Colour;
      const b = bands[(Math.floor(at) + 1) % bands.length] as Colour;
      return mix(a[i % 3] as number, b[i % 3] as number, smooth(0.86, 1, at % 1));
    });
    const rim = await svgSprite(
      720,
      1280,
      '<path d="M0 0 H720 V1280 H0 Z M46 60 H674 V1220 H46 Z" fill="url(#w)" fill-rule="evenodd"/><rect x="46" y="60" width="628" height="1160" fill="none" stroke="#000" stroke-opacity="0.5" stroke-width="10"/><rect x="4" y="4" width="712" height="1272" fill="none" stroke="#fff" stroke-opacity="0.12" stroke-width="6"/>',
      '<linearGradient id="w" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#8a5c36"/><stop offset="0.5" stop-color="#5e3a20"/><stop offset="1" stop-color="#2c1a0e"/></linearGradient>',
    );
    const hand = await handSprite('pinch', SKINS.olive, '#40513f');
    return (canvas, t) => {
      const around = t * TAU;
      const ox = Math.cos(around) * 0.5;
      const oy = Math.sin(around) * 0.5;
      const combX = 0.5 + Math.sin(around) * 0.36;
      const combY = 0.5 + Math.sin(around * 2) * 0.3;
      for (let y = 0, o = 0; y < 512; y++) {
        const v = y / 512;
        for (let x = 0; x < 288; x++, o += 4) {
          const u = x / 288;
          const du = u - combX;
          const dv = (v - combY) * 1.78;
          const near = Math.exp(-(du * du + dv * dv) * 16);
          const wx = u * 3.1 + noise(u * 4 + ox, v * 6 + oy) * 1.5;
          const wy = v * 4.4 + noise(u * 4 - oy + 7, v * 6 + ox + 3) * 1.5 + near * du * 3;
          const n =
            noise(wx + near * dv * 1.6, wy) * 1.15 + noise(wx * 2 + 5, wy * 2) * 0.28 + Math.sin(wy * 2.2 + wx) * 0.1;
          const at = ((((n * 1.55) % 1) + 1) % 1) * 1023;
          const i = (at | 0) * 3;
          small.pixels[o] = ramp[i] as number;
          small.pixels[o + 1] = ramp[i + 1] as number;
          small.pixels[o + 2] = ramp[i + 2] as number;
        }
      }
      drawBackdrop(canvas, small, 1, 0, 0, true);
      // Light lies on the water in two soft bars.
      for (const [x, w] of [
        [210, 70],
        [290, 34],
      ] as const)
        stroke(
          canvas,
          [
            [x + 60, 40],
            [x - 90, 1240],
          ],
          [255, 250, 236],
          w,
          0.07,
        );
      glow(canvas, 250 + ox * 60, 300, 420, [255, 244, 220], 0.16);
      draw(canvas, rim, { x: 360, y: 640, scale: 1.01 });
      const tipX = combX * 720;
      const tipY = combY * 1280;
      for (let n = 0; n < 3; n++) {
        const r = ((t * 4 + n / 3) % 1) * 46;
        stroke(
          canvas,
          Array.from(
            { length: 25 },
            (_, k) => [tipX + Math.cos((k / 24) * TAU) * r, tipY + Math.sin((k / 24) * TAU) * r] as const,
          ),
          [255, 255, 255],
          1.6,
          0.3 * (1 - r / 46),
        );
      }
      shadow(canvas, tipX + 70, tipY + 70, 120, 70, 0.4);
      stroke(
        canvas,
        [
          [tipX, tipY, 3],
          [tipX + 120, tipY - 62, 9],
        ],
        [226, 204, 160],
        8,
      );
      draw(canvas, hand, { ...TIP, x: tipX + 92, y: tipY - 40, angle: -0.12 });
    };
  },
  sound: [
    pad([130.8, 196, 233.1, 349.2]),
    hush(800, 1, 3, 0.7, 37),
    strikes([0.9, 2.7, 4.3], 1320, 0.12, 0.05, [1.8], 0),
  ],
};

export const calligraphy: Scene = {
  async prepare() {
    const table = await paintRoom({
      wall: ['#8d765c', '#5c4936', '#2a1e15'],
      light: '#f8e6bf',
      window: { x: 0.1, y: -0.04, w: 0.6, h: 0.1 },
      ground: ['#5a4431', '#2b1e14'],
      horizon: 0.05,
      vignette: 0.6,
    });
    const paper = paintSprite(560, 1060, (u, v) => {
      const fibre = cloud(u * 50, v * 20, 3) - 0.5;
      const k = 0.98 + fibre * 0.07 - v * 0.07 - Math.abs(u - 0.42) * 0.08;
      return [248 * k, 239 * k, 219 * k];
    });
    const seal = await svgSprite(
      110,
      110,
      '<rect x="4" y="4" width="102" height="102" rx="12" fill="#b3301f"/><path d="M28 26 V84 M28 54 H54 M54 26 V84 M72 30 H88 V54 H72 Z M72 54 L90 84" stroke="#f8e9d2" stroke-width="8" fill="none"/>',
    );
    const hand = await handSprite('pinch', SKINS.fair, '#2c2f3a');
    // One breath: a circle that does not quite close, then its tail.
    const path = Array.from({ length: 170 }, (_, n) => {
      const v = n / 169;
      if (v < 0.8) {
        const a = -0.5 + (v / 0.8) * TAU * 0.97;
        const r = 182 + Math.sin(a * 2) * 5;
        const w = 40 + 24 * Math.sin(v * 3.6 + 0.3) - (v > 0.55 ? (v - 0.55) * 60 : 0);
        return [350 + Math.cos(a) * r, 560 + Math.sin(a) * r * 1.03, w] as const;
      }
      const q = (v - 0.8) / 0.2;
      return [300 + q * 150 - Math.sin(q * 3) * 40, 880 + q * 60 + Math.sin(q * 5) * 30, 30 * (1 - q) + 3] as const;
    });
    const desk = still((canvas) => {
      drawBackdrop(canvas, table, 1.02);
      shadow(canvas, 380, 680, 460, 640, 0.5);
      draw(canvas, paper, { x: 350, y: 650, angle: -0.02 });
    });
    const random = seeded(8);
    const hairs = Array.from({ length: 9 }, () => random() * 2 - 1);
    return (canvas, t) => {
      desk(canvas);
      const v = smooth(0.04, 0.86, t);
      const end = Math.max(1, Math.floor(v * (path.length - 1)));
      const lifted = end > 134 && end < 138;
      for (const [start, stop] of [
        [0, Math.min(end, 135)],
        [137, end],
      ] as const) {
        if (stop - start < 2) continue;
        const line = path.slice(start, stop);
        stroke(canvas, line, [26, 22, 24], 30, 0.96);
        // The brush runs dry: streaks of paper along the stroke.
        for (const [n, side] of hairs.entries()) {
          const dry = line.slice(Math.floor(line.length * (0.42 + (n % 4) * 0.1)));
          const streak = dry.flatMap(([x, y, w], k) => {
            const [nx, ny] = dry[Math.min(dry.length - 1, k + 1)] as readonly [number, number, number];
            const length = Math.hypot(nx - x, ny - y) || 1;
            return k % 9 < 6
              ? [[x - ((ny - y) / length) * side * w * 0.42, y + ((nx - x) / length) * side * w * 0.42] as const]
              : [];
          });
          stroke(canvas, streak, [238, 228, 208], 1.6, 0.55);
        }
      }
      const [x, y] = path[end] as readonly [number, number, number];
      const up = lifted ? 50 : 0;
      if (t > 0.9)
        draw(canvas, seal, {
          x: 486,
          y: 1010,
          scale: 0.8 + 0.25 * (1 - smooth(0.9, 0.94, t)),
          alpha: smooth(0.9, 0.92, t),
        });
      else glow(canvas, x - 6, y - 8, 26, [120, 126, 150], 0.3);
      const away = smooth(0.86, 0.94, t);
      const bx = x + away * 160;
      const by = y - up + away * 60;
      shadow(canvas, bx + 90, by + 50, 130, 60, 0.35);
      stroke(
        canvas,
        [
          [bx, by, 6],
          [bx + 20, by - 34, 32],
          [bx + 34, by - 62, 26],
        ],
        [30, 26, 28],
        20,
      );
      stroke(
        canvas,
        [
          [bx + 34, by - 62, 22],
          [bx + 150, by - 290, 15],
        ],
        [166, 116, 66],
        18,
      );
      stroke(
        canvas,
        [
          [bx + 30, by - 66, 5],
          [bx + 144, by - 290, 4],
        ],
        [226, 182, 126],
        4,
        0.8,
      );
      draw(canvas, hand, { ...TIP, x: bx + 66, y: by - 118, angle: 0.06 });
      motes(canvas, t, 63, 16, [255, 244, 214]);
    };
  },
  sound: [
    pad([146.8, 185, 220, 293.7], 0.045),
    hush(3400, 0.4, 2, 0.9, 41),
    strikes([5.45], 170, 0.12, 0.5, [1.7], 0.8),
  ],
};
