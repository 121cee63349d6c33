/** Fine work: leaded glass, a clock's train, painted tiles, a ring. */
import { handSprite, SKINS, TIP } from './hands.ts';
import { paintRoom } from './room.ts';
import type { Scene } from './scene.ts';
import { every, hush, pad, strikes } from './sound.ts';
import {
  breathe,
  type Colour,
  cloud,
  draw,
  drawBackdrop,
  ellipse,
  glow,
  mix,
  mixColour,
  motes,
  paintSprite,
  seeded,
  shadow,
  smooth,
  still,
  stroke,
  svgSprite,
  TAU,
} from './stage.ts';

export const stainedGlass: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#2a2533', '#1a1622', '#09080d'],
      light: '#ffd9a0',
      ground: ['#3a2f2c', '#100c0c'],
      horizon: 0.76,
      vignette: 0.5,
    });
    const random = seeded(27);
    const glass: readonly Colour[] = [
      [206, 84, 50],
      [232, 158, 66],
      [70, 118, 164],
      [44, 84, 118],
      [108, 146, 100],
      [240, 208, 138],
      [168, 66, 74],
      [104, 86, 132],
    ];
    // A flower of panes: rings of cells, each ring turned against the last.
    const centres: { x: number; y: number; colour: Colour }[] = [{ x: 0.5, y: 0.42, colour: [250, 214, 120] }];
    for (const [ring, count, r] of [
      [1, 8, 0.13],
      [2, 12, 0.25],
      [3, 16, 0.385],
      [4, 20, 0.53],
      [5, 22, 0.68],
    ] as const) {
      for (let n = 0; n < count; n++) {
        const a = (n / count) * TAU + ring * 0.4;
        centres.push({
          x: 0.5 + Math.cos(a) * r,
          y: 0.42 + Math.sin(a) * r * 0.8,
          colour: glass[(n * (ring % 2 ? 1 : 3) + ring * 2 + Math.floor(random() * 2)) % glass.length] as Colour,
        });
      }
    }
    const W = 520;
    const H = 760;
    const panel = paintSprite(W, H, (u, v) => {
      let first = 9;
      let second = 9;
      let nearest = centres[0] as (typeof centres)[number];
      for (const c of centres) {
        const dx = u - c.x;
        const dy = (v - c.y) * 1.35;
        const d = dx * dx + dy * dy;
        if (d < first) {
          second = first;
          first = d;
          nearest = c;
        } else if (d < second) second = d;
      }
      const seam = Math.sqrt(second) - Math.sqrt(first);
      const arch = Math.hypot((u - 0.5) * 2, Math.min(0, v - 0.34) * 2.9);
      const frame = arch > 1 || v > 0.995 || u < 0.004 || u > 0.996;
      if (frame) return [0, 0, 0, 0];
      const border = arch > 0.955 || v > 0.972 || u < 0.022 || u > 0.978;
      if (seam < 0.012 || border) {
        const k = 0.7 + 0.5 * cloud(u * 60, v * 60, 2);
        return [44 * k, 42 * k, 46 * k];
      }
      const bubble =
        0.62 +
        0.3 * cloud(u * 30 + nearest.x * 9, v * 12, 3) +
        0.1 * cloud(u * 90, v * 90, 1) +
        Math.min(0.12, seam * 1.2);
      return [nearest.colour[0] * bubble, nearest.colour[1] * bubble, nearest.colour[2] * bubble];
    });
    const hand = await handSprite('pinch', SKINS.dark, '#d8c9ae');
    return (canvas, t) => {
      const sun = breathe(t);
      drawBackdrop(canvas, room, 1.02, 0, 0);
      glow(canvas, 360, 480, 560, [255, 210, 150], 0.2 + 0.1 * sun);
      draw(canvas, panel, { x: 360, y: 520, scale: 1.02 });
      // The sun walks over it, and its colours lie on the bench below.
      const sx = mix(150, 570, 0.5 + 0.5 * Math.sin(t * TAU));
      glow(canvas, sx, 430, 330, [255, 226, 170], 0.26);
      draw(canvas, panel, { x: 360, y: 520, scale: 1.02, alpha: 0.14 + 0.1 * sun, add: true });
      for (let n = 0; n < 26; n++) {
        const c = centres[(n * 3 + 1) % centres.length] as (typeof centres)[number];
        const x = 360 + (c.x - 0.5) * 620 + Math.sin(t * TAU) * 46;
        const y = 1050 + (c.y - 0.42) * 250;
        glow(canvas, x, y, 110, c.colour, 0.3 + 0.16 * sun, 0.4);
      }
      const hx = 470 + Math.sin(t * TAU) * 40;
      const hy = 700 + Math.sin(t * TAU * 2) * 36;
      glow(canvas, hx - 8, hy, 40, [255, 230, 170], 0.8);
      stroke(
        canvas,
        [
          [hx, hy, 4],
          [hx + 70, hy - 30, 12],
        ],
        [196, 198, 204],
        10,
      );
      stroke(
        canvas,
        [
          [hx + 64, hy - 28],
          [hx + 150, hy - 62],
        ],
        [120, 52, 30],
        20,
      );
      for (let n = 0; n < 6; n++) {
        const life = (t * 3 + n / 6) % 1;
        glow(
          canvas,
          hx - 6 + Math.sin(n * 3 + life * 5) * 16,
          hy - 10 - life * 130,
          14 + life * 34,
          [190, 190, 210],
          0.12 * (1 - life),
        );
      }
      draw(canvas, hand, { ...TIP, x: hx + 100, y: hy - 40, angle: -0.08 });
      motes(canvas, t, 91, 34, [255, 236, 196]);
    };
  },
  sound: [
    pad([174.6, 220, 261.6, 392], 0.05),
    strikes([0.8, 2.2, 3.9, 5], 2093, 0.9, 0.035, [2.4, 3.8], 0),
    hush(4200, 0.25, 2, 0.9, 61),
  ],
};

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

export const goldRing: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#3b2f3d', '#221a26', '#0b080d'],
      light: '#ffd9b0',
      window: { x: 0.08, y: 0.06, w: 0.26, h: 0.16 },
      ground: ['#2c1f24', '#0a0709'],
      horizon: 0.72,
      vignette: 0.75,
    });
    const hand = await handSprite('pinch', SKINS.brown, '#1f2a3a');
    const random = seeded(33);
    const dust = Array.from({ length: 40 }, () => ({
      x: 80 + random() * 560,
      y: 1060 + random() * 150,
      s: random(),
      p: random() * TAU,
    }));
    const pad0 = paintSprite(640, 200, (u, v) => {
      const r = Math.hypot((u - 0.5) * 2, (v - 0.5) * 2);
      const k = 0.8 + 0.3 * cloud(u * 60, v * 24, 3) - v * 0.3;
      return [96 * k, 34 * k, 44 * k, r > 1 ? 0 : 255 * smooth(1, 0.97, r)];
    });
    return (canvas, t) => {
      const turn = t * TAU;
      drawBackdrop(canvas, room, 1.03 + 0.02 * breathe(t), 8 * Math.sin(turn), 0);
      shadow(canvas, 360, 1110, 380, 110, 0.6);
      draw(canvas, pad0, { x: 360, y: 1090 });
      const cx = 360;
      const cy = 800;
      const yaw = turn;
      const wide = 0.36 + 0.64 * Math.abs(Math.cos(yaw));
      const R = 178;
      shadow(canvas, cx, 1000, R * wide * 1.1, 34, 0.75);
      // The band as many short pieces, each lit by the way it faces; the far half first.
      const piece = (n: number) => {
        const a = (n / 120) * TAU;
        const x = cx + Math.cos(a) * R * wide;
        const y = cy + Math.sin(a) * R;
        const depth = Math.cos(a) * Math.sin(yaw);
        return { a, x, y, depth };
      };
      const order = Array.from({ length: 120 }, (_, n) => n).sort((a, b) => piece(a).depth - piece(b).depth);
      for (const n of order) {
        const { a, x, y, depth } = piece(n);
        const next = piece(n + 1);
        const facing = Math.cos(a * 2 + yaw * 2) * 0.5 + 0.5;
        const line = Math.max(0, Math.cos(a - 4.2 + yaw)) ** 14 + Math.max(0, Math.cos(a - 1.4 - yaw)) ** 22;
        const gold = mixColour([104, 60, 22], [242, 186, 92], facing * (0.55 + 0.45 * (depth * 0.5 + 0.5)));
        const width = 34 + Math.abs(Math.sin(yaw)) * 12;
        stroke(
          canvas,
          [
            [x, y],
            [next.x, next.y],
          ],
          mixColour(gold, [255, 248, 220], Math.min(1, line)),
          width,
        );
        stroke(
          canvas,
          [
            [x - 9 * wide, y - 6],
            [next.x - 9 * wide, next.y - 6],
          ],
          mixColour(gold, [255, 236, 186], 0.6),
          5,
          0.5,
        );
      }
      // A stone on top: facets that flash in turn.
      const sy = cy - R - 34;
      for (let f = 0; f < 10; f++) {
        const a0 = (f / 10) * TAU + yaw;
        const a1 = ((f + 1) / 10) * TAU + yaw;
        const flash = Math.max(0, Math.cos(a0 * 2 - yaw * 3)) ** 6;
        const c = mixColour([20, 96, 86], [196, 255, 236], flash);
        for (let k = 0; k <= 9; k++) {
          const a = mix(a0, a1, k / 9);
          stroke(
            canvas,
            [
              [cx + Math.cos(a) * 20 * wide, sy - 20 + Math.sin(a) * 6],
              [cx + Math.cos(a) * 54 * Math.max(0.62, wide), sy + 2 + Math.sin(a) * 16],
              [cx, sy + 50],
            ],
            c,
            7,
            0.8,
          );
        }
      }
      for (const dx of [-46, 46])
        stroke(
          canvas,
          [
            [cx + dx * Math.max(0.62, wide), sy - 8, 8],
            [cx + dx * 0.7 * wide, sy + 40, 14],
          ],
          [236, 184, 96],
          10,
        );
      const sparkle = Math.max(0, Math.sin(turn * 2 + 0.6)) ** 8;
      glow(canvas, cx - 14, sy - 10, 130 * sparkle + 20, [214, 255, 240], 0.8 * sparkle);
      for (const a of [0, Math.PI / 2])
        stroke(
          canvas,
          [
            [cx - 14 - Math.cos(a) * 120 * sparkle, sy - 10 - Math.sin(a) * 120 * sparkle, 0.5],
            [cx - 14, sy - 10, 6],
            [cx - 14 + Math.cos(a) * 120 * sparkle, sy - 10 + Math.sin(a) * 120 * sparkle, 0.5],
          ],
          [240, 255, 250],
          4,
          sparkle,
        );
      for (const { x, y, s, p } of dust)
        glow(canvas, x, y, 3 + s * 4, [255, 206, 110], Math.max(0, Math.sin(turn * 2 + p)) * 0.9);
      const hx = cx + R * wide + 16 + Math.sin(t * TAU * 6) * 5;
      draw(canvas, hand, { ...TIP, x: hx, y: cy + 60, angle: 0.02 });
      motes(canvas, t, 107, 24, [255, 220, 190]);
    };
  },
  sound: [
    pad([185, 233.1, 277.2, 370], 0.045),
    strikes([0.5, 1.6, 3, 4.4, 5.2], 2637, 0.7, 0.03, [1.5, 2.6], 0),
    hush(5000, 0.35, 9, 0.9, 67),
  ],
};
