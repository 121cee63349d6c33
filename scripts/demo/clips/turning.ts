/** Things made by turning: a bowl on the lathe, glass on the pipe, copper under the hammer. */
import { profile } from './clay.ts';
import { handSprite, SKINS, TIP } from './hands.ts';
import { lathe, opening } from './lathe.ts';
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
  motes,
  paintSprite,
  seeded,
  shadow,
  smooth,
  stroke,
  svgSprite,
  TAU,
} from './stage.ts';

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

export const glassblowing: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#5a2a17', '#2c1512', '#0c0708'],
      light: '#ffb35c',
      window: { x: 0.62, y: 0.42, w: 0.42, h: 0.2 },
      ground: ['#1d1210', '#070405'],
      horizon: 0.78,
      shelf: ['#2d5a5e', '#6a3a2a', '#34506a', '#7a5a24'],
      vignette: 0.85,
    });
    const texture = paintSprite(512, 512, (u, v) => {
      const swirl = Math.sin((u * 7 + v * 2.2 + cloud(u * 6, v * 5, 3, 6, 64) * 0.8) * TAU);
      const k = 0.75 + swirl * 0.25;
      return [mix(190, 90, v) * k + 40, mix(96, 120, v) * k + 10, mix(40, 150, v) * k];
    });
    const hand = await handSprite('cup', SKINS.brown, '#2d3a3d');
    return (canvas, t) => {
      const breath = breathe((t * 2) % 1);
      drawBackdrop(canvas, room, 1.03 + 0.02 * breathe(t), -14 * breathe(t), 0);
      glow(canvas, 640, 640, 420, [255, 120, 40], 0.28 + 0.05 * Math.sin(t * TAU * 9));
      const swing = Math.sin(t * TAU) * 8;
      const x = 340 + swing;
      stroke(
        canvas,
        [
          [x - swing * 0.4, -10],
          [x, 512],
        ],
        [58, 56, 58],
        26,
      );
      stroke(
        canvas,
        [
          [x - 6 - swing * 0.4, -10],
          [x - 6, 512],
        ],
        [158, 150, 146],
        5,
        0.8,
      );
      const radius = (v: number) =>
        profile([
          14,
          18,
          40,
          78 + 8 * breath,
          118 + 20 * breath,
          148 + 30 * breath,
          164 + 35 * breath,
          168 + 36 * breath,
          160 + 33 * breath,
          134 + 26 * breath,
          84 + 14 * breath,
          2,
        ])(v);
      const heat = 0.72 + 0.28 * breathe(t);
      const emit = (v: number): Colour => {
        const k = heat * (0.32 + 0.78 * smooth(0.1, 0.95, v));
        return [208 * k, 104 * k * k, 24 * k * k];
      };
      glow(canvas, x, 780, 330, [255, 130, 40], 0.42 * heat);
      lathe(canvas, {
        x,
        top: 488,
        height: 452 + 20 * breath,
        radius,
        turn: t * 4,
        texture,
        light: 0.6,
        gloss: 1,
        dark: [46, 14, 6],
        emit,
        tilt: 0.02,
      });
      ellipse(canvas, x - 70 - 14 * breath, 676, 17, 62, [255, 246, 226], [255, 220, 170], 0.5);
      ellipse(canvas, x + 74 + 14 * breath, 812, 8, 40, [255, 236, 200], [255, 210, 150], 0.45);
      draw(canvas, hand, { ...TIP, x: x + 8, y: 250, angle: 0.02, scale: 0.92 });
      draw(canvas, hand, { ...TIP, x: x - 10, y: 400, angle: 0.05, scaleX: -0.92, scaleY: 0.92 });
      for (let n = 0; n < 16; n++) {
        const life = (t * 2 + n / 16) % 1;
        glow(
          canvas,
          520 + ((n * 67) % 200) + Math.sin(life * 6 + n) * 16,
          760 - life * 420,
          5,
          [255, 190, 110],
          1 - life,
        );
      }
    };
  },
  sound: [pad([92.5, 138.6, 185, 233.1]), hush(500, 2.2, 2, 0.85), hush(180, 2.6, 1, 0.2, 8), crackle(5, 0.16)],
};

export const copperBowl: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#46505a', '#262b33', '#0c0d11'],
      light: '#f2c894',
      window: { x: 0.6, y: 0.06, w: 0.32, h: 0.22 },
      ground: ['#3a2a20', '#100b08'],
      horizon: 0.72,
      shelf: ['#a35c34', '#5e3a28', '#c27a48', '#7d4a2d'],
    });
    // Every blow leaves a small mirror.
    const random = seeded(44);
    const dents = Array.from({ length: 520 }, () => [random(), random(), 0.016 + random() * 0.01] as const);
    const heights = new Float32Array(512 * 256);
    for (const [du, dv, r] of dents) {
      const span = Math.ceil(r * 512);
      for (let y = -span; y <= span; y++) {
        for (let x = -span; x <= span; x++) {
          const d = (x * x + y * y) / (span * span);
          const py = Math.round(dv * 256) + Math.round(y / 2);
          if (d >= 1 || py < 0 || py > 255) continue;
          const at = py * 512 + ((Math.round(du * 512) + x + 512) % 512);
          heights[at] = Math.max(heights[at] as number, 1 - d);
        }
      }
    }
    const texture = paintSprite(512, 256, (u, v) => {
      const x = Math.floor(u * 512);
      const y = Math.floor(v * 256);
      const h = (dx: number, dy: number) =>
        heights[Math.min(255, Math.max(0, y + dy)) * 512 + ((x + dx + 512) % 512)] as number;
      const k =
        0.86 + (h(2, 0) - h(-2, 0)) * 0.55 + (h(0, 1) - h(0, -1)) * 0.4 + (cloud(u * 5, v * 4, 3, 5, 64) - 0.5) * 0.35;
      return [222 * k, 122 * k, 74 * k];
    });
    const hammer = await svgSprite(
      420,
      200,
      `<rect x="120" y="78" width="300" height="26" rx="12" fill="url(#w)"/><rect x="40" y="34" width="86" height="112" rx="16" fill="url(#m)"/><rect x="52" y="138" width="62" height="26" rx="12" fill="#cfd2d4"/>`,
      '<linearGradient id="w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b98250"/><stop offset="1" stop-color="#57331b"/></linearGradient><linearGradient id="m" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#3b3f44"/><stop offset="0.4" stop-color="#a9aeb4"/><stop offset="1" stop-color="#2d3034"/></linearGradient>',
    );
    const hand = await handSprite('cup', SKINS.dark, '#8a6a3c');
    const radius = profile([216, 222, 224, 216, 196, 160, 112, 70]);
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.03, 0, 0);
      shadow(canvas, 360, 1018, 300, 62, 0.85);
      const beat = (t * 6) % 1;
      const blow = beat < 0.18 ? Math.sin((beat / 0.18) * Math.PI) : 0;
      const turn = (Math.floor(t * 6) + smooth(0.3, 0.95, beat)) / 12;
      const ring = Math.exp(-beat * 6) * Math.sin(beat * 60) * 1.6;
      ellipse(canvas, 360, 1010, 84, 20, [64, 66, 70], [24, 25, 28]);
      lathe(canvas, {
        x: 360 + ring,
        top: 700,
        height: 304,
        radius,
        turn,
        texture,
        light: 0.5,
        gloss: 0.9,
        dark: [34, 14, 10],
        tilt: 0.14,
      });
      opening(
        canvas,
        360 + ring,
        701,
        217,
        0.22,
        [255, 186, 132],
        [
          [48, 22, 14],
          [196, 104, 64],
        ],
        7,
      );
      const lift = beat < 0.18 ? 1 - blow : smooth(0.18, 0.6, beat) * (1 - smooth(0.9, 1, beat) * 0.4);
      const angle = lift * 0.5 - 0.04;
      draw(canvas, hammer, { x: 690, y: 706 - lift * 60, anchorX: 0.96, anchorY: 0.45, angle, scale: 0.95 });
      draw(canvas, hand, { ...TIP, x: 596, y: 690 - lift * 84, angle: 0.05 + lift * 0.2, scale: 0.95 });
      draw(canvas, hand, { ...TIP, x: 172, y: 800, angle: -0.05, scaleX: -0.95, scaleY: 0.95 });
      if (blow > 0.4) glow(canvas, 368, 800, 90, [255, 226, 180], 0.35 * blow);
      motes(canvas, t, 20, 22, [255, 220, 176]);
    };
  },
  sound: [pad([123.5, 185, 246.9, 311.1], 0.035), strikes(every(1, 0.08), 1420, 0.35, 0.16, [1.51, 2.32, 3.9], 0.4)],
};
