import { handSprite, SKINS, TIP } from '../hands.ts';
import { glow, motes, shadow } from '../light.ts';
import { cloud, mix, smooth } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { every, hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, paintSprite, type Sprite, still, svgSprite } from '../stage.ts';

/** A carved block's print: one flower with leaves, in a square of 200. */
const motif = (ink: string, second: string): string =>
  `<g fill="${ink}"><path d="M100 96 C60 60 66 24 100 8 C134 24 140 60 100 96 Z"/><path d="M100 104 C140 68 176 74 192 100 C176 134 140 140 100 104 Z"/><path d="M100 104 C140 140 134 176 100 192 C66 176 60 140 100 104 Z"/><path d="M96 100 C60 140 24 134 8 100 C24 66 60 60 96 100 Z"/></g><g fill="${second}"><circle cx="100" cy="100" r="17"/><circle cx="36" cy="36" r="10"/><circle cx="164" cy="36" r="10"/><circle cx="36" cy="164" r="10"/><circle cx="164" cy="164" r="10"/></g>`;

export const blockPrint: Scene = {
  async prepare() {
    const table = await paintRoom({
      wall: ['#d9c4a0', '#b99a70', '#5a3f28'],
      light: '#fff0cc',
      window: { x: 0.05, y: -0.05, w: 0.5, h: 0.1 },
      ground: ['#d8c8a8', '#8d7454'],
      horizon: 0.06,
      vignette: 0.62,
    });
    const cloth = paintSprite(720, 1280, (u, v) => {
      const k = 0.9 + 0.06 * cloud(u * 60, v * 8, 2) + 0.06 * cloud(u * 8, v * 90, 2) - v * 0.1 + 0.05 * u;
      return [242 * k, 230 * k, 204 * k];
    });
    const print: Sprite = await svgSprite(200, 200, motif('#a33a26', '#1f3c66'));
    const block = await svgSprite(
      260,
      260,
      `<rect x="6" y="6" width="248" height="248" rx="14" fill="url(#k)"/><path d="M6 90 C90 78 170 102 254 88 M6 170 C100 158 160 182 254 168" stroke="#4a2b16" stroke-opacity="0.4" stroke-width="4" fill="none"/><rect x="70" y="96" width="120" height="60" rx="26" fill="#5b351c"/><rect x="74" y="96" width="112" height="40" rx="20" fill="#a26d3e"/>`,
      '<linearGradient id="k" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#c08a54"/><stop offset="1" stop-color="#6b4123"/></linearGradient>',
    );
    const hand = await handSprite('cup', SKINS.brown, '#efe6d4');
    const spots = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => [150 + (n % 3) * 210, 460 + Math.floor(n / 3) * 210] as const);
    const printed = still((canvas) => {
      drawBackdrop(canvas, table, 1);
      draw(canvas, cloth, { x: 360, y: 640, scale: 1.02, alpha: 0.92 });
      for (const y of [40, 250]) for (let n = 0; n < 3; n++) draw(canvas, print, { x: 150 + n * 210, y });
    });
    return (canvas, t) => {
      printed(canvas);
      const step = t * 9;
      const now = Math.min(8, Math.floor(step));
      const phase = step - now;
      spots.slice(0, now + (phase > 0.5 ? 1 : 0)).forEach(([x, y], n) => {
        const fresh = n === now || n === now - 1;
        draw(canvas, print, { x: x + Math.sin(n * 5) * 1.5, y, angle: Math.sin(n * 3) * 0.01, alpha: 0.96 });
        if (fresh) glow(canvas, x - 30, y - 40, 90, [255, 220, 200], 0.12);
      });
      const [tx, ty] = spots[now] as readonly [number, number];
      const [fx, fy] = (spots[now - 1] ?? [360, 1100]) as readonly [number, number];
      const travel = smooth(0, 0.38, phase);
      const height =
        phase < 0.38
          ? Math.sin(travel * Math.PI) * 130 + 26 * (1 - travel)
          : phase < 0.62
            ? 0
            : smooth(0.62, 1, phase) * 34;
      const x = mix(fx, tx, travel);
      const y = mix(fy, ty, travel);
      shadow(
        canvas,
        x + 30 + height * 0.4,
        y + 30 + height * 0.5,
        170 + height * 0.4,
        160 + height * 0.3,
        0.62 - height * 0.0022,
      );
      draw(canvas, block, { x, y: y - height, scale: 0.86 + height * 0.0011 });
      draw(canvas, hand, { ...TIP, x: x - 30, y: y - height - 24, angle: 0.28, scale: 1.1 });
      motes(canvas, t, 55, 14, [255, 250, 230]);
    };
  },
  sound: [
    pad([155.6, 196, 233.1, 311.1], 0.04),
    strikes(every(6 / 9, 0.28), 120, 0.1, 0.6, [1.6, 2.4], 1),
    hush(1600, 0.2, 9, 0.9, 33),
  ],
};
