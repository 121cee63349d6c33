import { handSprite, SKINS, TIP } from '../hands.ts';
import { glow, shadow, stroke } from '../light.ts';
import { mix, noise, smooth, TAU } from '../numbers.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { type Colour, draw, drawBackdrop, type Sprite, svgSprite } from '../stage.ts';

export const marbling: Scene = {
  async prepare() {
    const bands: readonly Colour[] = [
      [22, 40, 84],
      [34, 84, 128],
      [236, 220, 188],
      [196, 74, 48],
      [232, 166, 74],
      [18, 26, 52],
      [120, 160, 166],
      [244, 234, 212],
    ];
    const small: Sprite = { width: 288, height: 512, pixels: new Uint8Array(288 * 512 * 4).fill(255) };
    // One row of bands, softened where two meet, so that the inner loop only looks up.
    const ramp = Float32Array.from({ length: 1024 * 3 }, (_, i) => {
      const at = (Math.floor(i / 3) / 1024) * bands.length;
      const a = bands[Math.floor(at) % bands.length] as Colour;
      const b = bands[(Math.floor(at) + 1) % bands.length] as Colour;
      return mix(a[i % 3] as number, b[i % 3] as number, smooth(0.86, 1, at % 1));
    });
    const rim = await svgSprite(
      720,
      1280,
      '<path d="M0 0 H720 V1280 H0 Z M46 60 H674 V1220 H46 Z" fill="url(#w)" fill-rule="evenodd"/><rect x="46" y="60" width="628" height="1160" fill="none" stroke="#000" stroke-opacity="0.5" stroke-width="10"/><rect x="4" y="4" width="712" height="1272" fill="none" stroke="#fff" stroke-opacity="0.12" stroke-width="6"/>',
      '<linearGradient id="w" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#8a5c36"/><stop offset="0.5" stop-color="#5e3a20"/><stop offset="1" stop-color="#2c1a0e"/></linearGradient>',
    );
    const hand = await handSprite('pinch', SKINS.olive, '#40513f');
    return (canvas, t) => {
      const around = t * TAU;
      const ox = Math.cos(around) * 0.5;
      const oy = Math.sin(around) * 0.5;
      const combX = 0.5 + Math.sin(around) * 0.36;
      const combY = 0.5 + Math.sin(around * 2) * 0.3;
      for (let y = 0, o = 0; y < 512; y++) {
        const v = y / 512;
        for (let x = 0; x < 288; x++, o += 4) {
          const u = x / 288;
          const du = u - combX;
          const dv = (v - combY) * 1.78;
          const near = Math.exp(-(du * du + dv * dv) * 16);
          const wx = u * 3.1 + noise(u * 4 + ox, v * 6 + oy) * 1.5;
          const wy = v * 4.4 + noise(u * 4 - oy + 7, v * 6 + ox + 3) * 1.5 + near * du * 3;
          const n =
            noise(wx + near * dv * 1.6, wy) * 1.15 + noise(wx * 2 + 5, wy * 2) * 0.28 + Math.sin(wy * 2.2 + wx) * 0.1;
          const at = ((((n * 1.55) % 1) + 1) % 1) * 1023;
          const i = (at | 0) * 3;
          small.pixels[o] = ramp[i] as number;
          small.pixels[o + 1] = ramp[i + 1] as number;
          small.pixels[o + 2] = ramp[i + 2] as number;
        }
      }
      drawBackdrop(canvas, small, 1, 0, 0, true);
      // Light lies on the water in two soft bars.
      for (const [x, w] of [
        [210, 70],
        [290, 34],
      ] as const)
        stroke(
          canvas,
          [
            [x + 60, 40],
            [x - 90, 1240],
          ],
          [255, 250, 236],
          w,
          0.07,
        );
      glow(canvas, 250 + ox * 60, 300, 420, [255, 244, 220], 0.16);
      draw(canvas, rim, { x: 360, y: 640, scale: 1.01 });
      const tipX = combX * 720;
      const tipY = combY * 1280;
      for (let n = 0; n < 3; n++) {
        const r = ((t * 4 + n / 3) % 1) * 46;
        stroke(
          canvas,
          Array.from(
            { length: 25 },
            (_, k) => [tipX + Math.cos((k / 24) * TAU) * r, tipY + Math.sin((k / 24) * TAU) * r] as const,
          ),
          [255, 255, 255],
          1.6,
          0.3 * (1 - r / 46),
        );
      }
      shadow(canvas, tipX + 70, tipY + 70, 120, 70, 0.4);
      stroke(
        canvas,
        [
          [tipX, tipY, 3],
          [tipX + 120, tipY - 62, 9],
        ],
        [226, 204, 160],
        8,
      );
      draw(canvas, hand, { ...TIP, x: tipX + 92, y: tipY - 40, angle: -0.12 });
    };
  },
  sound: [
    pad([130.8, 196, 233.1, 349.2]),
    hush(800, 1, 3, 0.7, 37),
    strikes([0.9, 2.7, 4.3], 1320, 0.12, 0.05, [1.8], 0),
  ],
};
