import { handSprite, SKINS, TIP } from '../hands.ts';
import { lathe, profile } from '../lathe.ts';
import { ellipse, glow, stroke } from '../light.ts';
import { breathe, cloud, mix, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { crackle, hush, pad } from '../sound.ts';
import { type Colour, draw, drawBackdrop, paintSprite } from '../stage.ts';

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
