import { handSprite, SKINS, TIP } from '../hands.ts';
import { glow, motes, shadow, stroke } from '../light.ts';
import { TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { type Colour, draw, drawBackdrop, still, svgSprite } from '../stage.ts';

export const azulejos: Scene = {
  async prepare() {
    const table = await paintRoom({
      wall: ['#b8a68a', '#7f6c54', '#352a1f'],
      light: '#fff0cb',
      window: { x: 0.5, y: -0.05, w: 0.5, h: 0.1 },
      ground: ['#8d7860', '#43362a'],
      horizon: 0.06,
      vignette: 0.6,
    });
    const petal = (colour: string) =>
      `<path d="M100 100 C72 70 76 30 100 10 C124 30 128 70 100 100 Z" fill="${colour}"/>`;
    const design = `${[0, 90, 180, 270]
      .map(
        (a) =>
          `<g transform="rotate(${a} 100 100)">${petal('#2b58a8')}<path d="M100 84 C90 66 92 46 100 32" stroke="#dfe9f5" stroke-width="4" fill="none"/><path d="M8 8 C50 14 66 34 70 66 C38 62 14 50 8 8 Z" fill="#e0a63a"/><path d="M14 60 C26 86 52 92 72 84" stroke="#1d3f86" stroke-width="6" fill="none"/></g>`,
      )
      .join('')}<circle cx="100" cy="100" r="15" fill="#e0a63a"/><circle cx="100" cy="100" r="6" fill="#fbf6ea"/>`;
    const body = (paint: string) =>
      `<rect x="3" y="3" width="194" height="194" rx="5" fill="#f4efe2"/>${paint}<rect x="3" y="3" width="194" height="194" rx="5" fill="url(#gl)"/><rect x="5" y="5" width="190" height="190" rx="5" fill="none" stroke="#fff" stroke-opacity="0.7" stroke-width="3"/>`;
    const shine =
      '<linearGradient id="gl" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.5"/><stop offset="0.4" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#2a2218" stop-opacity="0.26"/></linearGradient>';
    const [tile, blank] = await Promise.all([
      svgSprite(200, 200, body(design), shine),
      svgSprite(200, 200, body(''), shine),
    ]);
    const hand = await handSprite('pinch', SKINS.olive, '#c9b79a');
    const places = Array.from(
      { length: 20 },
      (_, n) => [70 + (n % 4) * 194, 150 + Math.floor(n / 4) * 194, n] as const,
    );
    const done = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12]);
    const wall = still((canvas) => {
      drawBackdrop(canvas, table, 1);
      for (const [x, y, n] of places) {
        shadow(canvas, x + 5, y + 10, 128, 124, 0.55);
        draw(canvas, done.has(n) ? tile : blank, { x, y, scale: 0.955 });
      }
    });
    // The tile in the middle is painted petal by petal.
    const centre: readonly [number, number] = [264, 538];
    const [cx, cy] = centre;
    return (canvas, t) => {
      wall(canvas);
      draw(canvas, blank, { x: cx, y: cy, scale: 0.955 });
      const v = Math.min(1, t * 1.14);
      const reveal = v * TAU;
      const s = 0.955;
      for (let y = -96; y < 96; y++) {
        for (let x = -96; x < 96; x++) {
          const a = (Math.atan2(x, -y) + TAU) % TAU;
          if (a > reveal) continue;
          const i = (Math.floor(y / s + 100) * 200 + Math.floor(x / s + 100)) * 4;
          const o = ((cy + y) * canvas.width + cx + x) * 3;
          const wet = a > reveal - 0.5 ? 0.86 : 1;
          if ((tile.pixels[i + 3] as number) < 200) continue;
          for (let k = 0; k < 3; k++) canvas.pixels[o + k] = (tile.pixels[i + k] as number) * wet;
        }
      }
      const r = 44 + 34 * Math.sin(t * TAU * 12);
      const bx = cx + Math.sin(reveal) * r;
      const by = cy - Math.cos(reveal) * r;
      const ink: Colour = r > 60 ? [216, 158, 52] : [34, 74, 150];
      shadow(canvas, bx + 90, by + 80, 130, 80, 0.4);
      stroke(
        canvas,
        [
          [bx, by, 4],
          [bx + 20, by - 14, 15],
        ],
        ink,
        10,
      );
      stroke(
        canvas,
        [
          [bx + 20, by - 14, 14],
          [bx + 44, by - 30, 12],
        ],
        [196, 198, 200],
        12,
      );
      stroke(
        canvas,
        [
          [bx + 44, by - 30, 11],
          [bx + 250, by - 170, 8],
        ],
        [150, 60, 40],
        10,
      );
      draw(canvas, hand, { ...TIP, x: bx + 74, y: by - 44, angle: -0.08 });
      glow(canvas, 560, 260, 360, [255, 246, 220], 0.08 + 0.03 * Math.sin(t * TAU));
      motes(canvas, t, 101, 14, [255, 250, 236]);
    };
  },
  sound: [
    pad([146.8, 196, 246.9, 329.6], 0.045),
    hush(3600, 0.3, 12, 0.95, 63),
    strikes([1.4, 4.1], 1568, 0.5, 0.04, [2.7], 0.2),
  ],
};
