/** Clay: thrown, trimmed, mended with gold, drawn glowing from the fire. */
import { handSprite, SKINS, TIP } from './hands.ts';
import { lathe, opening } from './lathe.ts';
import { paintRoom } from './room.ts';
import type { Scene } from './scene.ts';
import { crackle, hush, pad, strikes } from './sound.ts';
import {
  breathe,
  type Canvas,
  type Colour,
  cloud,
  draw,
  drawBackdrop,
  ellipse,
  glow,
  mix,
  motes,
  paintSprite,
  seeded,
  shadow,
  smooth,
  stroke,
  svgSprite,
  TAU,
} from './stage.ts';

/** Throwing rings: fine lines around, a little uneven, over a cloudy body. */
const thrown = (base: Colour, ring: number, seed: number) =>
  paintSprite(512, 512, (u, v) => {
    const body = cloud(u * 8 + seed, v * 10, 3, 8, 64) - 0.5;
    const rings = Math.sin(v * 150 + Math.sin(u * TAU) * 1.3) * 0.5 + Math.sin(v * 61 + Math.cos(u * TAU * 2)) * 0.5;
    const streak = cloud(u * 4, v * 40 + seed, 2, 4, 64) - 0.5;
    const k = 1 + body * 0.22 + rings * ring + streak * 0.16;
    return [base[0] * k, base[1] * k, base[2] * k];
  });

/** A smooth profile through radii at even heights (Catmull-Rom). */
export const profile =
  (radii: readonly number[]) =>
  (v: number): number => {
    const at = v * (radii.length - 1);
    const n = Math.min(radii.length - 2, Math.floor(at));
    const t = at - n;
    const p = (k: number) => radii[Math.min(radii.length - 1, Math.max(0, k))] as number;
    const [a, b, c, d] = [p(n - 1), p(n), p(n + 1), p(n + 2)];
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  };

function wheel(canvas: Canvas, y: number, t: number, slip: Colour): void {
  shadow(canvas, 360, y + 30, 370, 100, 0.75);
  ellipse(canvas, 360, y + 16, 300, 54, [22, 19, 18], [58, 52, 48]);
  ellipse(canvas, 360, y, 300, 52, [74, 66, 60], [34, 30, 28]);
  ellipse(canvas, 360, y, 284, 47, [46, 41, 38], [28, 24, 23]);
  // Slip on the wheel head shows that it turns.
  for (let n = 0; n < 6; n++) {
    const a = t * TAU * 8 + n * 1.05 + (n % 2) * 0.3;
    ellipse(canvas, 360 + Math.cos(a) * (222 + (n % 3) * 14), y + Math.sin(a) * 36, 22 + n * 2, 3.6, slip, slip, 0.3);
  }
}

export const moonJar: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#8a4a26', '#5d2f19', '#1d0e08'],
      light: '#e8bd7c',
      window: { x: 0.6, y: 0.04, w: 0.3, h: 0.2 },
      ground: ['#241510', '#080505'],
      horizon: 0.7,
      shelf: ['#4f2c1b', '#6b3b22', '#3c2116', '#7a4a2c', '#52301f'],
    });
    const texture = thrown([206, 132, 88], 0.045, 1);
    const hand = await handSprite('cup', SKINS.olive, '#3b4a5e');
    return (canvas, t) => {
      const pull = breathe(t);
      drawBackdrop(canvas, room, 1.02 + 0.03 * pull, 0, -8 * pull);
      wheel(canvas, 962, t, [128, 92, 68]);
      const top = 520 - pull * 30;
      const wobble = Math.sin(t * TAU * 8) * 1.2;
      const radius = profile([112 + 10 * pull, 124, 172, 208 - 8 * pull, 212 - 10 * pull, 186, 148, 120]);
      shadow(canvas, 360, 962, 220, 44, 0.8);
      lathe(canvas, {
        x: 360 + wobble,
        top,
        height: 952 - top,
        radius,
        turn: t * 8,
        texture,
        light: 0.55,
        gloss: 0.6,
        dark: [30, 13, 8],
      });
      opening(
        canvas,
        360 + wobble,
        top + 2,
        radius(0) + 1,
        0.15,
        [232, 170, 124],
        [
          [24, 11, 7],
          [74, 38, 22],
        ],
      );
      const lift = 728 - pull * 60;
      draw(canvas, hand, { ...TIP, x: 556, y: lift, angle: 0.16 });
      draw(canvas, hand, { ...TIP, x: 164, y: lift + 22, angle: -0.12, scaleX: -1 });
      motes(canvas, t, 4);
    };
  },
  sound: [pad([110, 164.8, 220, 277.2]), hush(260, 1.6, 8, 0.35), hush(1400, 0.25, 2, 0.7, 9)],
};

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

export const raku: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#2a1a1c', '#170f13', '#08060a'],
      light: '#ff8a3c',
      ground: ['#2a1710', '#070404'],
      horizon: 0.72,
      extra: '<ellipse cx="400" cy="1080" rx="520" ry="260" fill="url(#spill)" opacity="0.7"/>',
      vignette: 0.9,
    });
    const texture = paintSprite(512, 512, (u, v) => {
      const cell = Math.abs(cloud(u * 16, v * 16, 3, 16, 64) - 0.5);
      const crackled = cell < 0.025 ? 0.4 : 1;
      const drip = smooth(0.3, 0.9, v + cloud(u * 10, 2, 2, 10, 64) * 0.4);
      return [mix(118, 54, drip) * crackled, mix(104, 40, drip) * crackled, mix(92, 40, drip) * crackled];
    });
    const radius = profile([150, 158, 172, 178, 172, 150, 112, 76]);
    const random = seeded(99);
    const sparks = Array.from({ length: 46 }, () => ({
      x: random() * 2 - 1,
      speed: 0.6 + random(),
      phase: random(),
      size: 1.5 + random() * 3,
      drift: random() * TAU,
    }));
    return (canvas, t) => {
      const heat = 0.62 + 0.38 * breathe(t) + 0.04 * Math.sin(t * TAU * 11);
      drawBackdrop(canvas, room, 1.02, 0, 0);
      glow(canvas, 360, 800, 560, [255, 96, 28], 0.34 * heat);
      for (let n = 0; n < 7; n++) {
        const life = (t * 2 + n / 7) % 1;
        glow(
          canvas,
          360 + Math.sin(n * 2 + life * 4) * 90,
          560 - life * 460,
          70 + life * 190,
          [120, 92, 84],
          0.16 * Math.sin(life * Math.PI),
          0.8,
        );
      }
      for (let n = 0; n < 44; n++) {
        const a = n * 2.4;
        const r = 210 + ((n * 53) % 120);
        const flick = 0.5 + 0.5 * Math.sin(t * TAU * (2 + (n % 4)) + n);
        ellipse(
          canvas,
          360 + Math.cos(a) * r,
          1010 + Math.sin(a) * r * 0.22,
          22,
          12,
          [70 + 150 * flick * heat, 26 + 46 * flick * heat, 16],
          [18, 10, 9],
        );
      }
      const emit = (v: number): Colour => {
        const k = heat * (1 - 0.55 * smooth(0.5, 1, v)) * (0.85 + 0.15 * Math.sin(v * 22 + t * TAU * 3));
        return [238 * k, 112 * k * k, 26 * k * k * k];
      };
      lathe(canvas, {
        x: 360,
        top: 620,
        height: 390,
        radius,
        turn: t,
        texture,
        light: 0.5,
        gloss: 0.5,
        dark: [20, 8, 6],
        emit,
      });
      opening(
        canvas,
        360,
        621,
        151,
        0.2,
        [255, 180 * heat, 84 * heat],
        [
          [255 * heat, 118 * heat, 34],
          [255, 190 * heat, 96 * heat],
        ],
        9,
      );
      glow(canvas, 360, 640, 260, [255, 130, 48], 0.4 * heat, 0.55);
      for (const { x, speed, phase, size, drift } of sparks) {
        const life = (t * Math.ceil(speed * 2) + phase) % 1;
        const sx = 360 + x * 170 + Math.sin(life * 7 + drift) * 40;
        glow(canvas, sx, 900 - life * 820, size * 3, [255, 160, 70], (1 - life) * 1.1);
        glow(canvas, sx, 900 - life * 820, size, [255, 236, 190], 1 - life);
      }
    };
  },
  sound: [pad([82.4, 123.5, 164.8, 185]), hush(420, 2, 2, 0.5), crackle(16, 0.35)],
};

export const kintsugi: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#5a4b3c', '#332a22', '#100c0a'],
      light: '#e9cfa0',
      window: { x: 0.08, y: 0.06, w: 0.46, h: 0.2 },
      ground: ['#4a2f1c', '#150c07'],
      horizon: 0.66,
    });
    const seams = await svgSprite(
      768,
      512,
      `<g fill="none" stroke-linecap="round" stroke-linejoin="round">
        ${[
          'M60 0 L96 110 L70 210 L150 330 L120 512',
          'M96 110 L210 150 L300 90 L330 0',
          'M150 330 L270 300 L360 380 L350 512',
          'M210 150 L270 300',
          'M430 0 L470 130 L420 260 L500 400 L470 512',
          'M470 130 L600 180 L640 60 L690 0',
          'M420 260 L360 380',
          'M600 180 L640 330 L740 420',
          'M640 330 L500 400',
        ]
          .map(
            (d) =>
              `<path d="${d}" stroke="#7c5a1c" stroke-width="13"/><path d="${d}" stroke="#e3b451" stroke-width="8"/><path d="${d}" stroke="#fff0b8" stroke-width="2.4"/>`,
          )
          .join('')}</g>`,
    );
    const texture = paintSprite(768, 512, (u, v) => {
      const i = (Math.min(511, Math.floor(v * 512)) * 768 + Math.min(767, Math.floor(u * 768))) * 4;
      const a = (seams.pixels[i + 3] as number) / 255;
      const glaze = 0.7 + 0.5 * cloud(u * 9, v * 7, 4, 9, 64);
      const gold = seams.pixels;
      return [
        mix(52 * glaze, gold[i] as number, a),
        mix(74 * glaze, gold[i + 1] as number, a),
        mix(92 * glaze, gold[i + 2] as number, a),
      ];
    });
    const hand = await handSprite('pinch', SKINS.olive, '#6b2f2a');
    const radius = profile([236, 240, 240, 230, 206, 168, 118, 92]);
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.04 + 0.02 * breathe(t), 0, 0);
      shadow(canvas, 360, 1000, 300, 66, 0.85);
      ellipse(canvas, 360, 986, 104, 20, [40, 52, 62], [20, 26, 32]);
      lathe(canvas, {
        x: 360,
        top: 690,
        height: 296,
        radius,
        turn: t,
        texture,
        light: -0.45,
        gloss: 0.85,
        dark: [10, 13, 18],
        tilt: 0.2,
      });
      opening(
        canvas,
        360,
        692,
        237,
        0.27,
        [120, 140, 156],
        [
          [22, 30, 38],
          [66, 86, 104],
        ],
        8,
      );
      // A golden seam runs down inside, too, and the light finds it.
      stroke(
        canvas,
        [
          [240, 652],
          [300, 684],
          [286, 712],
          [352, 742],
        ],
        [226, 178, 82],
        6,
      );
      stroke(
        canvas,
        [
          [470, 640],
          [430, 690],
          [462, 720],
        ],
        [226, 178, 82],
        5,
      );
      const glint = (t * 2) % 1;
      glow(
        canvas,
        mix(170, 540, glint),
        800 + Math.sin(glint * 6) * 40,
        80,
        [255, 214, 128],
        0.45 * Math.sin(glint * Math.PI),
      );
      const dab = Math.sin(t * TAU * 3);
      const bx = 470 + dab * 22;
      const by = 812 + Math.sin(t * TAU) * 50;
      stroke(
        canvas,
        [
          [bx, by],
          [bx + 26, by - 8],
          [bx + 170, by + 10],
        ],
        [40, 26, 18],
        10,
      );
      stroke(
        canvas,
        [
          [bx - 6, by + 3, 3],
          [bx + 26, by - 8, 15],
        ],
        [232, 190, 96],
        10,
      );
      draw(canvas, hand, { ...TIP, x: bx + 62, y: by - 2, angle: -0.16, scale: 0.95 });
      motes(canvas, t, 12, 24, [255, 226, 160]);
    };
  },
  sound: [
    pad([146.8, 220, 293.7, 370]),
    strikes([0.6, 3.4], 1175, 0.9, 0.05, [2, 3.01, 4.2], 0),
    hush(2600, 0.1, 6, 0.9, 31),
  ],
};
