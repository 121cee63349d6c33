import { handSprite, SKINS, TIP } from '../hands.ts';
import { glow, motes, stroke } from '../light.ts';
import { breathe, cloud, mix, seeded, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { type Colour, draw, drawBackdrop, paintSprite } from '../stage.ts';

export const stainedGlass: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#2a2533', '#1a1622', '#09080d'],
      light: '#ffd9a0',
      ground: ['#3a2f2c', '#100c0c'],
      horizon: 0.76,
      vignette: 0.5,
    });
    const random = seeded(27);
    const glass: readonly Colour[] = [
      [206, 84, 50],
      [232, 158, 66],
      [70, 118, 164],
      [44, 84, 118],
      [108, 146, 100],
      [240, 208, 138],
      [168, 66, 74],
      [104, 86, 132],
    ];
    // A flower of panes: rings of cells, each ring turned against the last.
    const centres: { x: number; y: number; colour: Colour }[] = [{ x: 0.5, y: 0.42, colour: [250, 214, 120] }];
    for (const [ring, count, r] of [
      [1, 8, 0.13],
      [2, 12, 0.25],
      [3, 16, 0.385],
      [4, 20, 0.53],
      [5, 22, 0.68],
    ] as const) {
      for (let n = 0; n < count; n++) {
        const a = (n / count) * TAU + ring * 0.4;
        centres.push({
          x: 0.5 + Math.cos(a) * r,
          y: 0.42 + Math.sin(a) * r * 0.8,
          colour: glass[(n * (ring % 2 ? 1 : 3) + ring * 2 + Math.floor(random() * 2)) % glass.length] as Colour,
        });
      }
    }
    const W = 520;
    const H = 760;
    const panel = paintSprite(W, H, (u, v) => {
      let first = 9;
      let second = 9;
      let nearest = centres[0] as (typeof centres)[number];
      for (const c of centres) {
        const dx = u - c.x;
        const dy = (v - c.y) * 1.35;
        const d = dx * dx + dy * dy;
        if (d < first) {
          second = first;
          first = d;
          nearest = c;
        } else if (d < second) second = d;
      }
      const seam = Math.sqrt(second) - Math.sqrt(first);
      const arch = Math.hypot((u - 0.5) * 2, Math.min(0, v - 0.34) * 2.9);
      const frame = arch > 1 || v > 0.995 || u < 0.004 || u > 0.996;
      if (frame) return [0, 0, 0, 0];
      const border = arch > 0.955 || v > 0.972 || u < 0.022 || u > 0.978;
      if (seam < 0.012 || border) {
        const k = 0.7 + 0.5 * cloud(u * 60, v * 60, 2);
        return [44 * k, 42 * k, 46 * k];
      }
      const bubble =
        0.62 +
        0.3 * cloud(u * 30 + nearest.x * 9, v * 12, 3) +
        0.1 * cloud(u * 90, v * 90, 1) +
        Math.min(0.12, seam * 1.2);
      return [nearest.colour[0] * bubble, nearest.colour[1] * bubble, nearest.colour[2] * bubble];
    });
    const hand = await handSprite('pinch', SKINS.dark, '#d8c9ae');
    return (canvas, t) => {
      const sun = breathe(t);
      drawBackdrop(canvas, room, 1.02, 0, 0);
      glow(canvas, 360, 480, 560, [255, 210, 150], 0.2 + 0.1 * sun);
      draw(canvas, panel, { x: 360, y: 520, scale: 1.02 });
      // The sun walks over it, and its colours lie on the bench below.
      const sx = mix(150, 570, 0.5 + 0.5 * Math.sin(t * TAU));
      glow(canvas, sx, 430, 330, [255, 226, 170], 0.26);
      draw(canvas, panel, { x: 360, y: 520, scale: 1.02, alpha: 0.14 + 0.1 * sun, add: true });
      for (let n = 0; n < 26; n++) {
        const c = centres[(n * 3 + 1) % centres.length] as (typeof centres)[number];
        const x = 360 + (c.x - 0.5) * 620 + Math.sin(t * TAU) * 46;
        const y = 1050 + (c.y - 0.42) * 250;
        glow(canvas, x, y, 110, c.colour, 0.3 + 0.16 * sun, 0.4);
      }
      const hx = 470 + Math.sin(t * TAU) * 40;
      const hy = 700 + Math.sin(t * TAU * 2) * 36;
      glow(canvas, hx - 8, hy, 40, [255, 230, 170], 0.8);
      stroke(
        canvas,
        [
          [hx, hy, 4],
          [hx + 70, hy - 30, 12],
        ],
        [196, 198, 204],
        10,
      );
      stroke(
        canvas,
        [
          [hx + 64, hy - 28],
          [hx + 150, hy - 62],
        ],
        [120, 52, 30],
        20,
      );
      for (let n = 0; n < 6; n++) {
        const life = (t * 3 + n / 6) % 1;
        glow(
          canvas,
          hx - 6 + Math.sin(n * 3 + life * 5) * 16,
          hy - 10 - life * 130,
          14 + life * 34,
          [190, 190, 210],
          0.12 * (1 - life),
        );
      }
      draw(canvas, hand, { ...TIP, x: hx + 100, y: hy - 40, angle: -0.08 });
      motes(canvas, t, 91, 34, [255, 236, 196]);
    };
  },
  sound: [
    pad([174.6, 220, 261.6, 392], 0.05),
    strikes([0.8, 2.2, 3.9, 5], 2093, 0.9, 0.035, [2.4, 3.8], 0),
    hush(4200, 0.25, 2, 0.9, 61),
  ],
};
