import { glow, stroke } from '../light.ts';
import { breathe, TAU } from '../numbers.ts';
import { paintRoom } from '../room.ts';
import type { Scene } from '../scene.ts';
import { hush, pad, strikes } from '../sound.ts';
import { draw, drawBackdrop, svgSprite } from '../stage.ts';

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
