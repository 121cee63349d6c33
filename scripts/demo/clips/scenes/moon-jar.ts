import { handSprite, SKINS, TIP } from '../hands.ts';
import { lathe, opening, profile } from '../lathe.ts';
import { motes, shadow } from '../light.ts';
import { breathe, cloud, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad } from '../sound.ts';
import { type Colour, draw, drawBackdrop, paintSprite } from '../stage.ts';
import { wheel } from '../wheel.ts';

/** Throwing rings: fine lines around, a little uneven, over a cloudy body. */
const thrown = (base: Colour, ring: number, seed: number) =>
  paintSprite(512, 512, (u, v) => {
    const body = cloud(u * 8 + seed, v * 10, 3, 8, 64) - 0.5;
    const rings = Math.sin(v * 150 + Math.sin(u * TAU) * 1.3) * 0.5 + Math.sin(v * 61 + Math.cos(u * TAU * 2)) * 0.5;
    const streak = cloud(u * 4, v * 40 + seed, 2, 4, 64) - 0.5;
    const k = 1 + body * 0.22 + rings * ring + streak * 0.16;
    return [base[0] * k, base[1] * k, base[2] * k];
  });

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
