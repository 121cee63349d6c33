import { handSprite, SKINS, TIP } from '../hands.ts';
import { motes, shadow, stroke } from '../light.ts';
import { clamp01, cloud, mix, mixColour, seeded, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { crackle, hush, pad } from '../sound.ts';
import { type Colour, draw, drawBackdrop, paintSprite, still, svgSprite } from '../stage.ts';

export const embroidery: Scene = {
  async prepare() {
    const table = await paintRoom({
      wall: ['#a6805c', '#7b5a3e', '#3a2619'],
      light: '#fbe3b4',
      window: { x: 0.5, y: -0.06, w: 0.5, h: 0.12 },
      ground: ['#8a6444', '#4a3020'],
      horizon: 0.2,
      vignette: 0.6,
    });
    const linen = paintSprite(560, 560, (u, v) => {
      const du = u - 0.5;
      const dv = v - 0.5;
      const r = Math.hypot(du, dv);
      const a = r > 0.486 ? 0 : 255;
      const weave =
        ((Math.floor(u * 280) + Math.floor(v * 280)) % 2) * 0.05 +
        0.06 * cloud(u * 90, v * 12, 2) +
        0.06 * cloud(u * 12, v * 90, 2);
      const light = 0.9 - du * -0.16 - dv * 0.2 - (r > 0.45 ? (r - 0.45) * 3 : 0);
      const k = (0.86 + weave) * light;
      return [240 * k, 230 * k, 210 * k, a];
    });
    const hoop = await svgSprite(
      640,
      640,
      '<circle cx="320" cy="320" r="286" fill="none" stroke="url(#h)" stroke-width="30"/><circle cx="320" cy="320" r="272" fill="none" stroke="#2a160a" stroke-opacity="0.5" stroke-width="3"/><circle cx="320" cy="320" r="297" fill="none" stroke="#fff" stroke-opacity="0.28" stroke-width="3"/><rect x="292" y="6" width="56" height="34" rx="6" fill="#c8a24e"/>',
      '<linearGradient id="h" x1="1" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e6bd84"/><stop offset="1" stop-color="#7c4d28"/></linearGradient>',
    );
    const hand = await handSprite('pinch', SKINS.fair, '#7d8a9a');
    const random = seeded(3);
    type Stitch = { x0: number; y0: number; x1: number; y1: number; colour: Colour; width: number };
    const stitches: Stitch[] = [];
    const satin = (cx: number, cy: number, angle: number, length: number, width: number, a: Colour, b: Colour) => {
      for (let n = 0; n <= 13; n++) {
        const v = n / 13;
        const half = width * Math.sin(Math.PI * (0.06 + v * 0.9)) ** 0.8;
        const px = cx + Math.cos(angle) * length * v;
        const py = cy + Math.sin(angle) * length * v;
        const nx = -Math.sin(angle) * half;
        const ny = Math.cos(angle) * half;
        stitches.push({
          x0: px - nx,
          y0: py - ny,
          x1: px + nx * 0.98 + Math.cos(angle) * 6,
          y1: py + ny + Math.sin(angle) * 6,
          colour: mixColour(a, b, v * 0.8 + random() * 0.2),
          width: 6.4,
        });
      }
    };
    for (let n = 0; n < 16; n++) {
      const v = n / 16;
      stitches.push({
        x0: 360 - Math.sin(v * 2.4) * 34,
        y0: 900 - v * 262,
        x1: 360 - Math.sin((v + 0.08) * 2.4) * 34,
        y1: 900 - (v + 0.08) * 262,
        colour: [74, 104, 62],
        width: 7,
      });
    }
    satin(342, 820, -2.5, 130, 26, [64, 96, 58], [122, 150, 84]);
    satin(338, 760, -0.5, 140, 27, [70, 104, 60], [132, 160, 92]);
    for (let n = 0; n < 8; n++)
      satin(
        346 + Math.cos((n * TAU) / 8) * 34,
        602 + Math.sin((n * TAU) / 8) * 34,
        (n * TAU) / 8,
        96,
        29,
        [150, 34, 46],
        [236, 124, 96],
      );
    for (let n = 0; n < 26; n++) {
      const a = n * 2.4;
      const r = Math.sqrt(n / 26) * 30;
      stitches.push({
        x0: 346 + Math.cos(a) * r,
        y0: 602 + Math.sin(a) * r,
        x1: 349 + Math.cos(a) * r,
        y1: 604 + Math.sin(a) * r,
        colour: [232, 176, 62],
        width: 10,
      });
    }
    const ground = still((canvas) => {
      drawBackdrop(canvas, table, 1.02);
      shadow(canvas, 380, 770, 420, 400, 0.7);
      draw(canvas, linen, { x: 360, y: 730, scale: 1.02 });
    });
    return (canvas, t) => {
      ground(canvas);
      const grown = clamp01(0.16 + t * 0.9) * stitches.length;
      const whole = Math.floor(grown);
      for (const { x0, y0, x1, y1, colour, width } of stitches.slice(0, whole)) {
        stroke(
          canvas,
          [
            [x0 + 2, y0 + 3],
            [x1 + 2, y1 + 3],
          ],
          [80, 60, 44],
          width,
          0.3,
        );
        stroke(
          canvas,
          [
            [x0, y0],
            [x1, y1],
          ],
          colour,
          width,
        );
        stroke(
          canvas,
          [
            [mix(x0, x1, 0.2), mix(y0, y1, 0.2) - 1.5],
            [mix(x0, x1, 0.8), mix(y0, y1, 0.8) - 1.5],
          ],
          mixColour(colour, [255, 246, 226], 0.5),
          1.8,
          0.8,
        );
      }
      draw(canvas, hoop, { x: 360, y: 730 });
      const next = stitches[Math.min(stitches.length - 1, whole)] as Stitch;
      const dip = grown - whole;
      const pull = Math.sin(dip * Math.PI);
      const nx = mix(next.x0, next.x1, dip) + pull * 46;
      const ny = mix(next.y0, next.y1, dip) - pull * 64;
      stroke(
        canvas,
        [
          [next.x0, next.y0],
          [mix(next.x0, nx, 0.6) + 8, mix(next.y0, ny, 0.4)],
          [nx + 58, ny - 34],
        ],
        next.colour,
        3.4,
      );
      stroke(
        canvas,
        [
          [nx, ny, 2],
          [nx + 62, ny - 36, 5],
        ],
        [214, 216, 222],
        4,
      );
      draw(canvas, hand, { ...TIP, x: nx + 52, y: ny - 26, angle: -0.16, scale: 0.98 });
      motes(canvas, t, 46, 18, [255, 236, 200]);
    };
  },
  sound: [pad([174.6, 220, 261.6, 349.2]), hush(2600, 0.3, 10, 0.95, 23), crackle(2, 0.05)],
};
