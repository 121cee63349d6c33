import { handSprite, SKINS, TIP } from '../hands.ts';
import { glow, shadow, stroke } from '../light.ts';
import { mix, seeded, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { crackle, every, hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, svgSprite } from '../stage.ts';

export const forge: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#3a2620', '#1c1514', '#080608'],
      light: '#ff8a35',
      window: { x: 0.02, y: 0.26, w: 0.4, h: 0.14 },
      ground: ['#1a1210', '#060404'],
      horizon: 0.8,
      shelf: [],
      extra:
        '<g filter="url(#soft)" opacity="0.8"><rect x="560" y="120" width="14" height="260" fill="#0d0a0a"/><rect x="610" y="120" width="18" height="200" fill="#0d0a0a"/><rect x="670" y="120" width="12" height="290" fill="#0d0a0a"/><rect x="520" y="108" width="240" height="16" fill="#120d0b"/></g>',
      vignette: 0.85,
    });
    const anvil = await svgSprite(
      720,
      460,
      `<path d="M20 60 C120 40 180 44 250 44 L640 44 L640 130 C560 136 520 160 500 214 C488 262 520 300 580 320 L600 430 L220 430 L240 320 C300 300 330 262 316 214 C300 160 190 140 20 60 Z" fill="url(#a)"/><path d="M20 60 C120 40 180 44 250 44 L640 44 L640 66 L250 68 C180 68 110 74 20 60 Z" fill="url(#f)"/>`,
      '<linearGradient id="a" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#6d5446"/><stop offset="0.35" stop-color="#3a322f"/><stop offset="1" stop-color="#0d0b0b"/></linearGradient><linearGradient id="f" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#d98a52"/><stop offset="0.5" stop-color="#b0907c"/><stop offset="1" stop-color="#4b4442"/></linearGradient>',
    );
    const hammer = await svgSprite(
      440,
      240,
      '<rect x="120" y="86" width="320" height="28" rx="13" fill="url(#w)"/><path d="M30 40 L128 40 L134 160 L24 160 Z" fill="url(#m)"/>',
      '<linearGradient id="w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#a8723f"/><stop offset="1" stop-color="#4a2a15"/></linearGradient><linearGradient id="m" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#a8642f"/><stop offset="0.3" stop-color="#6a6462"/><stop offset="1" stop-color="#1d1b1c"/></linearGradient>',
    );
    const hand = await handSprite('cup', SKINS.brown, '#2c2624');
    const random = seeded(17);
    const sparks = Array.from({ length: 60 }, () => ({
      a: -Math.PI * (0.08 + 0.84 * random()),
      v: 260 + random() * 620,
      s: 1.4 + random() * 2.6,
      late: random() * 0.12,
    }));
    return (canvas, t) => {
      const beat = (t * 4) % 1;
      const falling = smooth(0.72, 1, beat);
      const lift = beat < 0.5 ? smooth(0, 0.5, beat) : 1 - falling;
      const flash = Math.exp(-beat * 5);
      drawBackdrop(canvas, room, 1.03, Math.sin(t * TAU) * 4, flash * 3);
      glow(canvas, 130, 420, 420, [255, 112, 30], 0.3 + 0.06 * Math.sin(t * TAU * 7) + 0.05 * Math.sin(t * TAU * 13));
      shadow(canvas, 380, 1240, 360, 80, 0.6);
      draw(canvas, anvil, { x: 390, y: 1040, scale: 0.98 });
      const heat = 0.78 + 0.22 * flash;
      const y = 862;
      glow(canvas, 330, y, 300, [255, 110, 30], 0.5 * heat, 0.7);
      stroke(
        canvas,
        [
          [724, y + 26, 24],
          [470, y + 4, 26],
        ],
        [58, 40, 34],
        26,
      );
      const blade = Array.from(
        { length: 12 },
        (_, n) => [470 - n * 26, y + 3 - Math.sin(n / 4) * 3, n > 8 ? 34 - (n - 8) * 9 : 34] as const,
      );
      for (let n = 1; n < blade.length; n++) {
        const hot = smooth(0, 5, n) * heat;
        stroke(
          canvas,
          [blade[n - 1] as (typeof blade)[number], blade[n] as (typeof blade)[number]],
          [mix(96, 255, hot), mix(42, 176, hot * hot), mix(30, 74, hot ** 3)],
          34,
        );
      }
      stroke(
        canvas,
        blade.slice(3, 11).map(([x, by, w]) => [x, by - 7, w * 0.25] as const),
        [255, 238, 176],
        8,
        heat * 0.9,
      );
      const angle = lift * 0.8 - 0.06;
      draw(canvas, hammer, { x: 700, y: 770 - lift * 60, anchorX: 0.97, anchorY: 0.42, angle, scale: 1.06 });
      draw(canvas, hand, { ...TIP, x: 606 + lift * 20, y: 758 - lift * 130, angle: 0.1 + lift * 0.4 });
      for (const { a, v, s, late } of sparks) {
        const life = beat - late * 0.4;
        if (life <= 0 || life > 0.62) continue;
        const k = life / 0.62;
        const x = 318 + Math.cos(a) * v * life * 1.25;
        const sy = y - 14 + Math.sin(a) * v * life + 640 * life * life;
        const ox = Math.cos(a) * v * 0.035;
        const oy = (Math.sin(a) * v + 1280 * life) * 0.035;
        stroke(
          canvas,
          [
            [x, sy, s],
            [x - ox, sy - oy, 0.5],
          ],
          [255, mix(236, 120, k), mix(170, 40, k)],
          s,
          1 - k,
        );
        glow(canvas, x, sy, s * 5, [255, 150, 60], (1 - k) * 0.7);
      }
      glow(canvas, 318, y, 240, [255, 190, 110], flash * 0.75);
    };
  },
  sound: [
    pad([73.4, 110, 146.8, 174.6], 0.045),
    strikes(every(1.5, 0.02), 880, 0.5, 0.26, [1.49, 2.24, 3.3, 5.1], 0.5),
    hush(300, 1.8, 2, 0.3),
    crackle(8, 0.2),
  ],
};
