import { handSprite, SKINS, TIP } from '../hands.ts';
import { ellipse, glow, motes, shadow, stroke } from '../light.ts';
import { smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { every, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, svgSprite } from '../stage.ts';

export const clockwork: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#4e3a2c', '#2c2019', '#0d0907'],
      light: '#ffd79a',
      window: { x: 0.64, y: 0.02, w: 0.3, h: 0.14 },
      ground: ['#2b1d13', '#0b0705'],
      horizon: 0.92,
      vignette: 0.8,
    });
    const gear = (teeth: number, radius: number, spokes: number, light: string, dark: string) => {
      const size = radius * 2 + 40;
      const c = size / 2;
      const rim = Array.from({ length: teeth * 4 }, (_, n) => {
        const a = (n / (teeth * 4)) * TAU;
        const r = n % 4 < 2 ? radius + 9 : radius - 7;
        return `${(c + Math.cos(a) * r).toFixed(1)} ${(c + Math.sin(a) * r).toFixed(1)}`;
      }).join(' L');
      const holes = Array.from({ length: spokes }, (_, n) => {
        const a0 = ((n + 0.12) / spokes) * TAU;
        const a1 = ((n + 0.88) / spokes) * TAU;
        const p = (a: number, r: number) => `${(c + Math.cos(a) * r).toFixed(1)} ${(c + Math.sin(a) * r).toFixed(1)}`;
        return `M${p(a0, radius * 0.8)} A${radius * 0.8} ${radius * 0.8} 0 0 1 ${p(a1, radius * 0.8)} L${p(a1 - 0.06, radius * 0.3)} A${radius * 0.3} ${radius * 0.3} 0 0 0 ${p(a0 + 0.06, radius * 0.3)} Z`;
      }).join(' ');
      const circles = [0.9, 0.84, 0.24]
        .map(
          (k) =>
            `<circle cx="${c}" cy="${c}" r="${radius * k}" fill="none" stroke="#fff" stroke-opacity="0.22" stroke-width="2"/>`,
        )
        .join('');
      return svgSprite(
        size,
        size,
        `<path d="M${rim} Z ${holes}" fill="url(#g)" fill-rule="evenodd"/>${circles}<circle cx="${c}" cy="${c}" r="${radius * 0.17}" fill="${dark}"/><circle cx="${c}" cy="${c}" r="${radius * 0.1}" fill="#c23a4a"/><circle cx="${c - radius * 0.03}" cy="${c - radius * 0.03}" r="${radius * 0.035}" fill="#ffd9dc"/>`,
        `<radialGradient id="g" cx="0.36" cy="0.3" r="0.9"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></radialGradient>`,
      );
    };
    const [large, middle, small, escapement] = await Promise.all([
      gear(60, 236, 5, '#f3cf83', '#8a5a22'),
      gear(40, 158, 4, '#f7ddb0', '#a56f3a'),
      gear(24, 94, 3, '#e9e4da', '#7a7570'),
      gear(15, 118, 6, '#f0b27a', '#83482a'),
    ]);
    // The same light stays where it is while the brass turns under it.
    const sheen = await svgSprite(
      520,
      520,
      '<circle cx="260" cy="260" r="236" fill="url(#s)"/>',
      '<linearGradient id="s" x1="0" y1="0" x2="1" y2="1"><stop offset="0.2" stop-color="#fff4d6" stop-opacity="0"/><stop offset="0.36" stop-color="#fff4d6" stop-opacity="0.5"/><stop offset="0.5" stop-color="#fff4d6" stop-opacity="0"/><stop offset="0.8" stop-color="#1a0d05" stop-opacity="0.4"/></linearGradient>',
    );
    const hand = await handSprite('pinch', SKINS.fair, '#3a3f4c');
    const train = [
      { sprite: large, x: 280, y: 560, r: 236, per: 1 / 60 },
      { sprite: escapement, x: 520, y: 950, r: 118, per: 1 / 15 },
      { sprite: middle, x: 614, y: 700, r: 158, per: -1 / 40 },
      { sprite: small, x: 190, y: 896, r: 94, per: -1 / 24 },
    ];
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.03, 0, 0);
      // A clock moves by steps: five beats a second, each with its small recoil.
      const beats = t * 30;
      const step =
        Math.floor(beats) + smooth(0, 0.35, beats % 1) + Math.exp(-(beats % 1) * 8) * Math.sin((beats % 1) * 30) * 0.06;
      for (const { sprite, x, y, r, per } of train) {
        shadow(canvas, x + 26, y + 34, r * 1.16, r * 1.16, 0.72);
        draw(canvas, sprite, { x, y, angle: step * per * TAU * 0.5 });
        draw(canvas, sheen, { x, y, scale: r / 244, alpha: 0.9 });
      }
      const swing = Math.sin(t * TAU * 15) * 1.9;
      shadow(canvas, 390, 1090, 150, 150, 0.5);
      stroke(
        canvas,
        Array.from(
          { length: 41 },
          (_, k) => [380 + Math.cos((k / 40) * TAU) * 112, 1080 + Math.sin((k / 40) * TAU) * 112] as const,
        ),
        [196, 146, 74],
        15,
      );
      stroke(
        canvas,
        Array.from(
          { length: 16 },
          (_, k) => [380 + Math.cos(3.4 + k / 12) * 114, 1080 + Math.sin(3.4 + k / 12) * 114] as const,
        ),
        [255, 238, 196],
        5,
        0.8,
      );
      stroke(
        canvas,
        [
          [380 + Math.cos(swing) * 106, 1080 + Math.sin(swing) * 106],
          [380 - Math.cos(swing) * 106, 1080 - Math.sin(swing) * 106],
        ],
        [214, 168, 94],
        12,
      );
      stroke(
        canvas,
        Array.from(
          { length: 90 },
          (_, k) =>
            [
              380 + Math.cos(k / 4.5 + swing * (k / 90)) * (10 + k * 0.62),
              1080 + Math.sin(k / 4.5 + swing * (k / 90)) * (10 + k * 0.62),
            ] as const,
        ),
        [76, 96, 150],
        2.4,
      );
      ellipse(canvas, 380, 1080, 11, 11, [240, 90, 104], [130, 20, 40]);
      const hx = 476 + Math.sin(t * TAU) * 14;
      const hy = 790 + Math.cos(t * TAU) * 10;
      stroke(
        canvas,
        [
          [hx - 34, hy + 40, 2],
          [hx + 90, hy - 44, 12],
        ],
        [222, 226, 232],
        7,
      );
      stroke(
        canvas,
        [
          [hx - 30, hy + 46, 2],
          [hx + 100, hy - 26, 12],
        ],
        [160, 166, 174],
        7,
      );
      draw(canvas, hand, { ...TIP, x: hx + 70, y: hy - 24, angle: -0.1 });
      glow(canvas, 260 + Math.sin(t * TAU) * 40, 430, 240, [255, 228, 170], 0.2);
      motes(canvas, t, 97, 20, [255, 224, 170]);
    };
  },
  sound: [
    pad([110, 164.8, 207.7, 246.9], 0.035),
    strikes(every(0.4, 0.02), 2350, 0.018, 0.22, [1.6], 0.9),
    strikes(every(0.4, 0.22), 1750, 0.018, 0.2, [1.6], 0.9),
  ],
};
