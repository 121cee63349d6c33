/** Light from fire: steel on the anvil, a wick, a paper lantern. */
import { handSprite, SKINS, TIP } from './hands.ts';
import { paintRoom } from './room.ts';
import type { Scene } from './scene.ts';
import { crackle, every, hush, pad, strikes } from './sound.ts';
import {
  breathe,
  type Canvas,
  draw,
  drawBackdrop,
  ellipse,
  glow,
  mix,
  motes,
  seeded,
  shadow,
  smooth,
  stroke,
  svgSprite,
  TAU,
} from './stage.ts';

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

/** A flame: three nested soft drops that lean and lick. */
function flame(canvas: Canvas, x: number, base: number, size: number, t: number, seed: number): void {
  const lean = Math.sin(t * TAU * 3 + seed) * 0.1 + Math.sin(t * TAU * 7 + seed * 2) * 0.05;
  const tall = size * (1 + 0.07 * Math.sin(t * TAU * 5 + seed) + 0.04 * Math.sin(t * TAU * 11 + seed));
  glow(canvas, x, base - tall * 0.5, size * 3.4, [255, 150, 56], 0.34);
  glow(canvas, x, base - tall * 0.45, size * 1.2, [255, 190, 96], 0.4);
  for (const [w, h, red, green, blue, alpha] of [
    [0.3, 1, 255, 138, 34, 0.55],
    [0.22, 0.84, 255, 190, 80, 0.8],
    [0.13, 0.6, 255, 246, 206, 0.95],
  ] as const) {
    const drop = Array.from({ length: 14 }, (_, n) => {
      const v = n / 13;
      const bulge = Math.sin(Math.min(1, v * 1.25 + 0.16) * Math.PI) ** 0.8;
      return [
        x + lean * tall * v * v,
        base - v * tall * h,
        Math.max(1, size * w * 2 * bulge * (1 - v * 0.35)),
      ] as const;
    });
    stroke(canvas, drop, [red, green, blue], 2, alpha * 0.55);
  }
  glow(canvas, x, base - 6, size * 0.3, [70, 110, 255], 0.4);
}

export const candle: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#2b2430', '#1b161d', '#0a080b'],
      light: '#ffb86b',
      ground: ['#3a2416', '#0e0806'],
      horizon: 0.7,
      shelf: ['#5a4636', '#74583f', '#4a3a30', '#64503c', '#8a6a48'],
      extra: '<circle cx="400" cy="700" r="520" fill="url(#spill)" opacity="0.6"/>',
      vignette: 0.85,
    });
    const taper = await svgSprite(
      120,
      640,
      '<path d="M34 20 C40 4 80 4 86 20 L100 620 C100 640 20 640 20 620 Z" fill="url(#c)"/><path d="M34 20 C36 90 30 130 26 150 C22 170 34 172 34 150 L40 60" fill="#fff3d6" opacity="0.7"/><path d="M84 30 C88 120 96 190 92 226 C88 244 80 238 82 214" fill="#e9cd98" opacity="0.8"/>',
      '<linearGradient id="c" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#ffe3a6"/><stop offset="0.16" stop-color="#f3cf92"/><stop offset="0.6" stop-color="#b08350"/><stop offset="1" stop-color="#5b3d25"/></linearGradient>',
    );
    const edge = await svgSprite(
      120,
      640,
      '<path d="M34 20 C40 4 80 4 86 20 L100 620 C100 640 20 640 20 620 Z" fill="url(#e)"/>',
      '<linearGradient id="e" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#1d0f08" stop-opacity="0.75"/><stop offset="0.3" stop-color="#1d0f08" stop-opacity="0.05"/><stop offset="0.62" stop-color="#1d0f08" stop-opacity="0.1"/><stop offset="1" stop-color="#1d0f08" stop-opacity="0.85"/></linearGradient>',
    );
    const candles = [
      [150, 760, 0.72, 1],
      [560, 720, 0.8, 4],
      [268, 850, 0.86, 2],
      [452, 900, 0.7, 5],
      [360, 700, 1.12, 3],
    ] as const;
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.03 + 0.03 * breathe(t), 0, 10 * breathe(t));
      for (const [x, top, scale, seed] of candles) {
        const flicker = 1 + 0.06 * Math.sin(t * TAU * 5 + seed);
        shadow(canvas, x, top + 372 * scale, 110 * scale, 24, 0.7);
        draw(canvas, taper, { x, y: top, anchorY: 0, scale: scale * 0.6, scaleX: 1.25 });
        draw(canvas, edge, { x, y: top, anchorY: 0, scale: scale * 0.6, scaleX: 1.25 });
        ellipse(canvas, x, top + 8 * scale, 17 * scale, 5, [255, 240, 196], [255, 214, 140], 0.9);
        glow(canvas, x, top + 46 * scale, 84 * scale, [255, 170, 76], 0.55 * flicker);
        stroke(
          canvas,
          [
            [x, top + 8],
            [x + 2, top - 14 * scale],
          ],
          [40, 22, 14],
          4,
        );
        flame(canvas, x, top - 8 * scale, 74 * scale, t, seed);
        const drop = (t + seed * 0.21) % 1;
        ellipse(
          canvas,
          x + 24 * scale,
          top + 20 + drop * 150 * scale,
          5 * scale,
          9 * scale,
          [255, 232, 180],
          [226, 180, 112],
          0.9 * Math.sin(drop * Math.PI),
        );
      }
      motes(canvas, t, 31, 30, [255, 190, 110]);
    };
  },
  sound: [pad([130.8, 164.8, 196, 261.6]), hush(240, 0.9, 3, 0.4), crackle(3, 0.08)],
};

export const lanterns: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#1b2440', '#101733', '#060814'],
      light: '#ff9d5c',
      ground: ['#141a30', '#05060c'],
      horizon: 0.86,
      extra:
        '<g filter="url(#softer)"><path d="M-40 1060 C120 900 240 940 360 1010 C520 890 660 930 860 1040 L860 1240 L-40 1240 Z" fill="#0a0f22"/></g>',
      vignette: 0.7,
    });
    const lantern = (paper: string, hot: string, ink: string) =>
      svgSprite(
        300,
        400,
        `<g><ellipse cx="150" cy="196" rx="128" ry="152" fill="url(#p)"/>${Array.from({ length: 11 }, (_, n) => {
          const y = 60 + n * 27;
          const rx = 128 * Math.sqrt(Math.max(0, 1 - ((y - 196) / 152) ** 2));
          return `<path d="M${150 - rx} ${y} Q150 ${y + 16} ${150 + rx} ${y}" fill="none" stroke="#5a1d0c" stroke-opacity="0.28" stroke-width="2.4"/>`;
        }).join(
          '',
        )}${ink}<rect x="98" y="34" width="104" height="18" rx="6" fill="#2a140c"/><rect x="104" y="338" width="92" height="16" rx="6" fill="#2a140c"/><path d="M150 354 L150 396" stroke="#c9702f" stroke-width="7"/></g>`,
        `<radialGradient id="p" cx="0.5" cy="0.58" r="0.62"><stop offset="0" stop-color="#fff6d8"/><stop offset="0.3" stop-color="${hot}"/><stop offset="0.85" stop-color="${paper}"/><stop offset="1" stop-color="#3a0f0a"/></radialGradient>`,
      );
    const leaf =
      '<path d="M150 120 C110 160 108 220 150 268 C192 220 190 160 150 120 Z M150 130 L150 290" fill="none" stroke="#6b1a10" stroke-opacity="0.6" stroke-width="7"/>';
    const wave =
      '<path d="M78 210 C102 176 128 176 150 210 C172 244 198 244 222 210" fill="none" stroke="#6b1a10" stroke-opacity="0.55" stroke-width="8"/>';
    const moon =
      '<circle cx="150" cy="190" r="46" fill="none" stroke="#6b1a10" stroke-opacity="0.5" stroke-width="8"/>';
    const [red, gold, rose] = await Promise.all([
      lantern('#b02a16', '#ff9d4d', leaf),
      lantern('#c9771f', '#ffd27a', wave),
      lantern('#a8325a', '#ffab86', moon),
    ]);
    const hung = [
      [120, 330, 0.46, gold, 3],
      [612, 250, 0.5, rose, 5],
      [210, 640, 0.74, rose, 1],
      [560, 590, 0.82, gold, 4],
      [372, 860, 1.15, red, 2],
    ] as const;
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.04, 0, -6 + 12 * breathe(t));
      for (const [x, y, scale, sprite, seed] of hung) {
        const swing = Math.sin(t * TAU + seed * 1.3) * 0.05;
        const flicker = 1 + 0.05 * Math.sin(t * TAU * 5 + seed) + 0.03 * Math.sin(t * TAU * 9 + seed * 3);
        const cx = x - Math.sin(swing) * y * 0.5;
        stroke(
          canvas,
          [
            [x, -10],
            [cx + Math.sin(swing) * 160 * scale, y - 160 * scale],
          ],
          [22, 16, 22],
          3,
        );
        glow(canvas, cx, y, 430 * scale, [255, 122, 52], 0.36 * flicker);
        draw(canvas, sprite, { x: cx, y, angle: swing, scale });
        glow(canvas, cx, y + 20 * scale, 120 * scale, [255, 210, 130], 0.32 * flicker);
      }
      for (let n = 0; n < 26; n++) {
        const life = (t + n / 26) % 1;
        const x = (n * 137) % 720;
        glow(
          canvas,
          x + Math.sin(life * TAU + n) * 30,
          1280 - ((n * 211 + life * 260) % 1280),
          3 + (n % 4),
          [255, 200, 120],
          0.5 * Math.sin(life * Math.PI),
        );
      }
    };
  },
  sound: [
    pad([146.8, 174.6, 220, 293.7]),
    strikes([0.4, 1.9, 3.1, 4.6], 1760, 1.1, 0.03, [2.01, 3.02], 0),
    hush(600, 0.5, 2, 0.7, 12),
  ],
};
