import { handSprite, SKINS, TIP } from '../hands.ts';
import { lathe, opening, profile } from '../lathe.ts';
import { ellipse, glow, motes, shadow, stroke } from '../light.ts';
import { breathe, cloud, mix, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, paintSprite, svgSprite } from '../stage.ts';

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
