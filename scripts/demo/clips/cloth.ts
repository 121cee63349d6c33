/** Thread and cloth: woven, stitched, dyed, printed. */
import { handSprite, SKINS, TIP } from './hands.ts';
import { paintRoom } from './room.ts';
import type { Scene } from './scene.ts';
import { crackle, every, hush, pad, strikes } from './sound.ts';
import {
  breathe,
  type Canvas,
  type Colour,
  clamp01,
  cloud,
  draw,
  drawBackdrop,
  ellipse,
  glow,
  mix,
  mixColour,
  motes,
  noise,
  paintSprite,
  type Sprite,
  seeded,
  shadow,
  smooth,
  still,
  stroke,
  svgSprite,
  TAU,
} from './stage.ts';

/** Part of a canvas's rows and columns, each pair of pixels from a function of its place. */
function fill(
  canvas: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  colour: (x: number, y: number) => Colour | null,
): void {
  const { width, height, pixels } = canvas;
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width - 1, x1); x += 2) {
      const c = colour(x, y);
      if (c === null) continue;
      const o = (y * width + x) * 3;
      pixels[o] = pixels[o + 3] = c[0];
      pixels[o + 1] = pixels[o + 4] = c[1];
      pixels[o + 2] = pixels[o + 5] = c[2];
    }
  }
}

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
      fill(canvas, left, fell, right, 1280, (x, y) => {
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

export const indigo: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#6d7f88', '#3c4a55', '#11171d'],
      light: '#e9e4c9',
      window: { x: 0.62, y: 0.03, w: 0.3, h: 0.2 },
      ground: ['#2b2a2c', '#0a0b0e'],
      horizon: 0.76,
      extra:
        '<g filter="url(#soft)"><path d="M20 40 L260 30 L250 520 C200 540 80 530 34 500 Z" fill="#22336e"/><path d="M150 34 L330 40 L330 430 C280 450 200 446 160 430 Z" fill="#3f5fa8"/></g>',
    });
    const vat = await svgSprite(
      720,
      420,
      '<path d="M60 60 C150 142 570 142 660 60 L620 400 C600 430 120 430 100 400 Z" fill="url(#v)"/><path d="M64 104 C150 184 570 184 656 104" stroke="#2a1a10" stroke-width="16" fill="none" opacity="0.8"/><path d="M92 320 C190 376 530 376 628 320" stroke="#2a1a10" stroke-width="16" fill="none" opacity="0.8"/>',
      '<linearGradient id="v" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#2d1c12"/><stop offset="0.55" stop-color="#7c5230"/><stop offset="0.75" stop-color="#986a40"/><stop offset="1" stop-color="#2a1910"/></linearGradient>',
    );
    const hand = await handSprite('cup', SKINS.olive, '#20284a');
    const random = seeded(61);
    const drips = Array.from({ length: 22 }, () => ({ x: random(), phase: random() }));
    return (canvas, t) => {
      const lift = breathe(t);
      drawBackdrop(canvas, room, 1.03, 8 * lift, 0);
      shadow(canvas, 360, 1240, 400, 80, 0.8);
      const surface = 900;
      ellipse(canvas, 360, surface - 2, 304, 76, [150, 104, 64], [62, 40, 24]);
      ellipse(canvas, 360, surface + 2, 286, 66, [18, 24, 62], [38, 58, 128]);
      for (let n = 0; n < 5; n++) {
        const r = ((t * 2 + n / 5) % 1) * 1;
        const rx = 120 + r * 160;
        const ring = Array.from(
          { length: 41 },
          (_, k) => [360 + Math.cos((k / 40) * TAU) * rx, surface + Math.sin((k / 40) * TAU) * rx * 0.23] as const,
        );
        stroke(canvas, ring, [120, 150, 220], 2.2, 0.42 * (1 - r));
      }
      // Wet cloth comes up green and turns blue in the air.
      const top = 470 - lift * 90;
      const bottom = surface + 14;
      fill(canvas, 150, top, 570, bottom, (x, y) => {
        const v = (y - top) / (bottom - top);
        const width = mix(196, 148 + 10 * Math.sin(v * 9), smooth(0, 0.7, v));
        const centre = 360 + Math.sin(v * 4 + t * TAU) * 8 * v;
        const u = (x - centre) / width;
        if (Math.abs(u) > 1) return null;
        const foldsAt = Math.sin(u * 11 + Math.sin(v * 3 + u * 2) * 1.2 + t * TAU * 0.5 * Math.sin(v));
        const fold = 0.62 + 0.38 * foldsAt + 0.12 * Math.sin(u * 27 + v * 4);
        const age = clamp01(1.15 - v * 1.25 + lift * 0.25 + (noise(u * 6 + 9, v * 9) - 0.5) * 0.45);
        const colour = mixColour(
          [96, 142, 74],
          mixColour([34, 92, 140], [28, 42, 116], smooth(0.5, 1, age)),
          smooth(0.08, 0.5, age),
        );
        const edge = 1 - smooth(0.9, 1, Math.abs(u)) * 0.5;
        const k = (0.4 + fold * 0.85) * edge;
        const sheen = Math.max(0, foldsAt) ** 6 * 46;
        return [colour[0] * k + sheen, colour[1] * k + sheen, colour[2] * k + sheen * 1.1];
      });
      draw(canvas, vat, { x: 360, y: surface - 14, anchorY: 0.13, scale: 0.97, scaleY: 1.02 });
      for (const { x, phase } of drips) {
        const life = (t * 3 + phase) % 1;
        const dx = 360 + (x - 0.5) * 270;
        const dy = mix(760, surface + 6, life * life);
        ellipse(canvas, dx, dy, 2.6, 7, [120, 170, 190], [60, 90, 170], 0.85 * smooth(0.05, 0.2, life));
      }
      draw(canvas, hand, { ...TIP, x: 536, y: top + 22, angle: 0.3, scale: 0.95 });
      draw(canvas, hand, { ...TIP, x: 184, y: top + 22, angle: -0.3, scaleX: -0.95, scaleY: 0.95 });
      motes(canvas, t, 52, 16, [220, 232, 250]);
    };
  },
  sound: [
    pad([116.5, 174.6, 233.1, 293.7]),
    hush(1100, 0.8, 4, 0.7, 27),
    strikes([0.3, 0.8, 1.5, 1.9, 2.6, 3.3, 3.7, 4.4, 5.1, 5.5], 980, 0.07, 0.08, [1.9], 0),
  ],
};

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
