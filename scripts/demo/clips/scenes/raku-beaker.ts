import { lathe, opening, profile } from '../lathe.ts';
import { ellipse, glow } from '../light.ts';
import { breathe, cloud, mix, seeded, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { crackle, hush, pad } from '../sound.ts';
import { type Colour, drawBackdrop, paintSprite } from '../stage.ts';

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
