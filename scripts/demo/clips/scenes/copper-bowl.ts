import { handSprite, SKINS, TIP } from '../hands.ts';
import { lathe, opening, profile } from '../lathe.ts';
import { ellipse, glow, motes, shadow } from '../light.ts';
import { cloud, seeded, smooth } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { every, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, paintSprite, svgSprite } from '../stage.ts';

export const copperBowl: Scene = {
  async prepare() {
    const room = await paintRoom({
      wall: ['#46505a', '#262b33', '#0c0d11'],
      light: '#f2c894',
      window: { x: 0.6, y: 0.06, w: 0.32, h: 0.22 },
      ground: ['#3a2a20', '#100b08'],
      horizon: 0.72,
      shelf: ['#a35c34', '#5e3a28', '#c27a48', '#7d4a2d'],
    });
    // Every blow leaves a small mirror.
    const random = seeded(44);
    const dents = Array.from({ length: 520 }, () => [random(), random(), 0.016 + random() * 0.01] as const);
    const heights = new Float32Array(512 * 256);
    for (const [du, dv, r] of dents) {
      const span = Math.ceil(r * 512);
      for (let y = -span; y <= span; y++) {
        for (let x = -span; x <= span; x++) {
          const d = (x * x + y * y) / (span * span);
          const py = Math.round(dv * 256) + Math.round(y / 2);
          if (d >= 1 || py < 0 || py > 255) continue;
          const at = py * 512 + ((Math.round(du * 512) + x + 512) % 512);
          heights[at] = Math.max(heights[at] as number, 1 - d);
        }
      }
    }
    const texture = paintSprite(512, 256, (u, v) => {
      const x = Math.floor(u * 512);
      const y = Math.floor(v * 256);
      const h = (dx: number, dy: number) =>
        heights[Math.min(255, Math.max(0, y + dy)) * 512 + ((x + dx + 512) % 512)] as number;
      const k =
        0.86 + (h(2, 0) - h(-2, 0)) * 0.55 + (h(0, 1) - h(0, -1)) * 0.4 + (cloud(u * 5, v * 4, 3, 5, 64) - 0.5) * 0.35;
      return [222 * k, 122 * k, 74 * k];
    });
    const hammer = await svgSprite(
      420,
      200,
      `<rect x="120" y="78" width="300" height="26" rx="12" fill="url(#w)"/><rect x="40" y="34" width="86" height="112" rx="16" fill="url(#m)"/><rect x="52" y="138" width="62" height="26" rx="12" fill="#cfd2d4"/>`,
      '<linearGradient id="w" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b98250"/><stop offset="1" stop-color="#57331b"/></linearGradient><linearGradient id="m" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#3b3f44"/><stop offset="0.4" stop-color="#a9aeb4"/><stop offset="1" stop-color="#2d3034"/></linearGradient>',
    );
    const hand = await handSprite('cup', SKINS.dark, '#8a6a3c');
    const radius = profile([216, 222, 224, 216, 196, 160, 112, 70]);
    return (canvas, t) => {
      drawBackdrop(canvas, room, 1.03, 0, 0);
      shadow(canvas, 360, 1018, 300, 62, 0.85);
      const beat = (t * 6) % 1;
      const blow = beat < 0.18 ? Math.sin((beat / 0.18) * Math.PI) : 0;
      const turn = (Math.floor(t * 6) + smooth(0.3, 0.95, beat)) / 12;
      const ring = Math.exp(-beat * 6) * Math.sin(beat * 60) * 1.6;
      ellipse(canvas, 360, 1010, 84, 20, [64, 66, 70], [24, 25, 28]);
      lathe(canvas, {
        x: 360 + ring,
        top: 700,
        height: 304,
        radius,
        turn,
        texture,
        light: 0.5,
        gloss: 0.9,
        dark: [34, 14, 10],
        tilt: 0.14,
      });
      opening(
        canvas,
        360 + ring,
        701,
        217,
        0.22,
        [255, 186, 132],
        [
          [48, 22, 14],
          [196, 104, 64],
        ],
        7,
      );
      const lift = beat < 0.18 ? 1 - blow : smooth(0.18, 0.6, beat) * (1 - smooth(0.9, 1, beat) * 0.4);
      const angle = lift * 0.5 - 0.04;
      draw(canvas, hammer, { x: 690, y: 706 - lift * 60, anchorX: 0.96, anchorY: 0.45, angle, scale: 0.95 });
      draw(canvas, hand, { ...TIP, x: 596, y: 690 - lift * 84, angle: 0.05 + lift * 0.2, scale: 0.95 });
      draw(canvas, hand, { ...TIP, x: 172, y: 800, angle: -0.05, scaleX: -0.95, scaleY: 0.95 });
      if (blow > 0.4) glow(canvas, 368, 800, 90, [255, 226, 180], 0.35 * blow);
      motes(canvas, t, 20, 22, [255, 220, 176]);
    };
  },
  sound: [pad([123.5, 185, 246.9, 311.1], 0.035), strikes(every(1, 0.08), 1420, 0.35, 0.16, [1.51, 2.32, 3.9], 0.4)],
};
