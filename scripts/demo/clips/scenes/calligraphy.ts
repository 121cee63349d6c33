import { handSprite, SKINS, TIP } from '../hands.ts';
import { glow, motes, shadow, stroke } from '../light.ts';
import { cloud, seeded, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, paintSprite, still, svgSprite } from '../stage.ts';

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
