import { handSprite, SKINS, TIP } from '../hands.ts';
import { ellipse, motes, shadow, stroke } from '../light.ts';
import { breathe, clamp01, mix, mixColour, noise, seeded, smooth, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, fillArea, svgSprite } from '../stage.ts';

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
      fillArea(canvas, 150, top, 570, bottom, (x, y) => {
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
