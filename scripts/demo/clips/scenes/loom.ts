import { handSprite, SKINS, TIP } from '../hands.ts';
import { motes, stroke } from '../light.ts';
import { cloud, mix, mixColour, smooth } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { every, hush, pad, strikes } from '../sound.ts';
import { type Colour, draw, drawBackdrop, fillArea, paintSprite, svgSprite } from '../stage.ts';

export const loom: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#b08358', '#6b4729', '#20120a'],
      light: '#f6d69a',
      window: { x: 0.58, y: 0.02, w: 0.36, h: 0.17 },
      ground: ['#5b3a22', '#1a0f08'],
      horizon: 0.9,
    });
    // The cloth, one texel a crossing of warp and weft: a diamond twill in madder, ochre and indigo.
    const palette: readonly Colour[] = [
      [178, 62, 44],
      [222, 168, 84],
      [52, 66, 118],
      [236, 218, 184],
    ];
    const cloth = paintSprite(600, 900, (u, v) => {
      const x = Math.floor(u * 100);
      const y = Math.floor(v * 112);
      const diamond = Math.abs(((x + 1000) % 20) - 10) + Math.abs((y % 20) - 10);
      const band = Math.floor(y / 20) % 4;
      const weft = palette[(band + (diamond > 9 ? 1 : 0)) % 4] as Colour;
      const over = (x + y) % 4 < 2;
      const fx = (u * 100) % 1;
      const fy = (v * 112) % 1;
      const roundness = over ? 0.66 + 0.34 * Math.sin(fy * Math.PI) : 0.62 + 0.32 * Math.sin(fx * Math.PI);
      const base = over ? weft : mixColour([226, 208, 176], weft, 0.55);
      const k = roundness * (0.86 + 0.2 * cloud(u * 20, v * 30, 2));
      return [base[0] * k, base[1] * k, base[2] * k];
    });
    const hand = await handSprite('cup', SKINS.dark, '#c28a3a');
    const beam = await svgSprite(
      720,
      90,
      '<rect width="720" height="90" fill="url(#b)"/><rect y="8" width="720" height="5" fill="#fff" opacity="0.16"/>',
      '<linearGradient id="b" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b57d48"/><stop offset="0.4" stop-color="#8b5a31"/><stop offset="1" stop-color="#331c0e"/></linearGradient>',
    );
    const shuttle = await svgSprite(
      260,
      60,
      '<path d="M4 30 C50 2 210 2 256 30 C210 58 50 58 4 30 Z" fill="url(#s)"/><rect x="70" y="18" width="120" height="24" rx="12" fill="#2a1a10"/><rect x="82" y="21" width="96" height="18" rx="9" fill="#b23e2c"/><path d="M30 22 C80 8 180 8 230 22" stroke="#fff" stroke-opacity="0.5" stroke-width="4" fill="none"/>',
      '<linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e2b27a"/><stop offset="1" stop-color="#7a4a26"/></linearGradient>',
    );
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.02, 0, 0);
      const pick = (t * 6) % 1;
      const count = Math.floor(t * 6);
      const fell = 700;
      const open = smooth(0, 0.15, pick) * (1 - smooth(0.6, 0.75, pick));
      const left = 74;
      const right = 646;
      for (let n = 0; n < 96; n++) {
        const x = mix(left + 6, right - 6, n / 95);
        const up = (n + count) % 2 === 0;
        const bend = (up ? -1 : 1) * open * 26;
        const far = mix(360, x, 0.84);
        const k = up ? 1 : 0.72;
        stroke(
          canvas,
          [
            [far, 330],
            [mix(far, x, 0.5), 500 + bend],
            [x, fell],
          ],
          [222 * k, 204 * k, 170 * k],
          2.4,
          0.95,
        );
      }
      draw(canvas, beam, { x: 360, y: 318 });
      const sx = (count % 2 === 0 ? smooth(0.16, 0.58, pick) : 1 - smooth(0.16, 0.58, pick)) * 980 - 130;
      stroke(
        canvas,
        [
          [count % 2 === 0 ? left : right, fell - 2],
          [sx, 566],
        ],
        [190, 70, 50],
        4,
      );
      draw(canvas, shuttle, { x: sx, y: 566, angle: 0.02 });
      const advance = (count + smooth(0.78, 0.9, pick)) * 16;
      fillArea(canvas, left, fell, right, 1280, (x, y) => {
        const sag = y - fell;
        const at = (Math.floor((((sag - advance) % 640) + 640) % 640) * 900) / 640;
        const i = (Math.floor(at) * 600 + Math.floor(((x - left) / (right - left)) * 599)) * 4;
        const light = 0.5 + 0.62 * Math.exp(-(((x - 500) / 330) ** 2)) - sag / 1500;
        return [
          (cloth.pixels[i] as number) * light,
          (cloth.pixels[i + 1] as number) * light,
          (cloth.pixels[i + 2] as number) * light,
        ];
      });
      const beat = smooth(0.62, 0.84, pick) * (1 - smooth(0.88, 1, pick));
      const by = mix(468, fell - 30, beat);
      for (let n = 0; n < 96; n += 2) {
        const x = mix(left + 20, right - 20, n / 95);
        stroke(
          canvas,
          [
            [x, by - 66],
            [x, by + 22],
          ],
          [120, 104, 84],
          2.2,
          0.8,
        );
      }
      draw(canvas, beam, { x: 360, y: by - 84, scaleY: 0.6 });
      draw(canvas, beam, { x: 360, y: by + 28, scaleY: 0.5 });
      draw(canvas, hand, { ...TIP, x: 596, y: by - 60, angle: 0.2, scale: 0.9 });
      draw(canvas, hand, { ...TIP, x: 124, y: by - 60, angle: -0.2, scaleX: -0.9, scaleY: 0.9 });
      motes(canvas, t, 41, 34, [255, 228, 170]);
    };
  },
  sound: [
    pad([110, 146.8, 220, 261.6], 0.04),
    strikes(every(1, 0.82), 190, 0.09, 0.5, [1.7, 2.6], 1.2),
    strikes(every(1, 0.2), 420, 0.05, 0.16, [2.1], 1.6),
    hush(2000, 0.35, 6, 0.9, 17),
  ],
};
