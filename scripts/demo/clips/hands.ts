/** Hands at work, drawn plainly: one quiet shape, light along its upper edge. */
import { type Sprite, svgSprite } from './stage.ts';

export interface Skin {
  readonly lit: string;
  readonly mid: string;
  readonly deep: string;
}

export const SKINS = {
  olive: { lit: '#d99a6c', mid: '#b06f46', deep: '#5a301b' },
  brown: { lit: '#b0744b', mid: '#824c2e', deep: '#3d1f11' },
  dark: { lit: '#8f5a3a', mid: '#603722', deep: '#2b150b' },
  fair: { lit: '#edc19c', mid: '#cb8e68', deep: '#744530' },
} as const satisfies Record<string, Skin>;

/** `cup` lies along something round; `pinch` holds something thin between thumb and finger. */
export type Pose = 'cup' | 'pinch';

/** Fingertips of a sprite as anchors: put these on the thing that is touched. */
export const TIP = { anchorX: 0.11, anchorY: 0.18 } as const;

const SHAPES: Record<Pose, { hand: string; folds: readonly string[]; thumb: string }> = {
  cup: {
    hand: 'M84 170 C86 142 116 134 146 148 C190 168 230 190 264 206 C302 216 332 238 354 274 C412 362 486 470 560 600 L392 600 C352 512 316 436 284 384 C250 352 190 306 140 266 C104 238 82 204 84 170 Z',
    folds: ['M98 198 C146 222 206 256 254 292', 'M112 230 C156 258 206 292 250 324'],
    thumb: 'M300 262 C282 210 246 158 206 124',
  },
  pinch: {
    hand: 'M252 226 C300 212 336 244 356 280 C412 366 486 470 560 600 L392 600 C356 520 322 440 292 392 C246 384 186 350 160 318 C142 294 160 270 196 276 C214 262 226 240 252 226 Z',
    folds: ['M176 296 C206 294 236 302 262 320', 'M196 330 C222 332 246 342 266 356'],
    thumb: 'M300 290 C246 262 166 206 104 186',
  },
};
const SLEEVE = 'M352 512 C392 470 436 442 484 428 C560 560 700 800 860 1010 L620 1010 C540 830 440 660 352 512 Z';
const INDEX = 'M286 240 C236 194 170 166 104 172';

/** A right hand that comes from the lower right; mirror it (`scaleX: -1`) for the left one. */
export function handSprite(pose: Pose, skin: Skin, sleeve: string): Promise<Sprite> {
  const { hand, folds, thumb } = SHAPES[pose];
  const defs = `
    <linearGradient id="skin" gradientUnits="userSpaceOnUse" x1="190" y1="400" x2="330" y2="180">
      <stop offset="0" stop-color="${skin.deep}"/><stop offset="0.42" stop-color="${skin.mid}"/><stop offset="1" stop-color="${skin.lit}"/></linearGradient>
    <linearGradient id="cloth" gradientUnits="userSpaceOnUse" x1="430" y1="660" x2="590" y2="560">
      <stop offset="0" stop-color="#000" stop-opacity="0.6"/><stop offset="0.8" stop-color="#000" stop-opacity="0"/></linearGradient>
    <clipPath id="in"><path d="${hand}"/></clipPath>
    <filter id="b" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="7"/></filter>
    <filter id="s" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="2"/></filter>`;
  const finger = (d: string, width: number) => `
    <path d="${d}" stroke="${skin.deep}" stroke-width="${width + 4}" opacity="0.5" filter="url(#s)" transform="translate(3 6)"/>
    <path d="${d}" stroke="url(#skin)" stroke-width="${width}"/>
    <path d="${d}" stroke="${skin.lit}" stroke-width="${width * 0.3}" opacity="0.5" filter="url(#b)" transform="translate(0 ${-width * 0.22})"/>`;
  const body = `
    <g fill="none" stroke-linecap="round" stroke-linejoin="round">
      ${pose === 'pinch' ? finger(INDEX, 40) : ''}
      <path d="${hand}" fill="url(#skin)"/>
      <g clip-path="url(#in)">
        <path d="${hand}" stroke="${skin.lit}" stroke-width="26" opacity="0.6" filter="url(#b)" transform="translate(-6 4)"/>
        <path d="M392 600 C352 512 316 436 284 384 C250 352 190 306 140 266" stroke="${skin.deep}" stroke-width="50" opacity="0.65" filter="url(#b)"/>
      </g>
      ${folds.map((d) => `<path d="${d}" stroke="${skin.deep}" stroke-width="5" opacity="0.5" filter="url(#s)"/>`).join('')}
      ${finger(thumb, 42)}
      <path d="${SLEEVE}" fill="${sleeve}"/><path d="${SLEEVE}" fill="url(#cloth)"/>
      <path d="M358 516 C396 480 440 452 484 440" stroke="#fff" stroke-opacity="0.16" stroke-width="7"/>
    </g>`;
  return svgSprite(900, 1000, body, defs);
}
