/** The workshop behind the work: out of focus, one window, a shelf or two, warm dark. */
import { HEIGHT, type Sprite, svgSprite, WIDTH } from './stage.ts';

export interface Mood {
  /** Wall, from the lit side to the dark one. */
  readonly wall: readonly [string, string, string];
  /** The light in the window or lamp. */
  readonly light: string;
  /** Where it is, 0 to 1 of the picture; none when undefined. */
  readonly window?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** Bench or floor below. */
  readonly ground: readonly [string, string];
  /** Where the bench begins, 0 to 1. */
  readonly horizon: number;
  /** Out-of-focus things on shelves: colours. */
  readonly shelf?: readonly string[];
  /** More shapes between wall and bench, in a 800 × 1422 picture. */
  readonly extra?: string;
  /** How dark the corners are, 0 to 1. */
  readonly vignette?: number;
}

const W = 800;
const H = Math.round((W * HEIGHT) / WIDTH);

/** An opaque picture a little larger than the stage, so that the camera may move. */
export function paintRoom(mood: Mood): Promise<Sprite> {
  const { wall, light, window, ground, horizon, shelf = [], extra = '', vignette = 0.75 } = mood;
  const floor = H * horizon;
  const defs = `
    <linearGradient id="wall" x1="${window && window.x < 0.5 ? 0 : 1}" y1="0" x2="${window && window.x < 0.5 ? 1 : 0}" y2="1">
      <stop offset="0" stop-color="${wall[0]}"/><stop offset="0.5" stop-color="${wall[1]}"/><stop offset="1" stop-color="${wall[2]}"/></linearGradient>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${ground[0]}"/><stop offset="1" stop-color="${ground[1]}"/></linearGradient>
    <radialGradient id="spill"><stop offset="0" stop-color="${light}" stop-opacity="0.75"/><stop offset="0.45" stop-color="${light}" stop-opacity="0.22"/><stop offset="1" stop-color="${light}" stop-opacity="0"/></radialGradient>
    <radialGradient id="pane"><stop offset="0" stop-color="#fff6e0"/><stop offset="0.7" stop-color="${light}"/><stop offset="1" stop-color="${light}" stop-opacity="0.85"/></radialGradient>
    <radialGradient id="vignette" cx="0.5" cy="0.46" r="0.75"><stop offset="0.45" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#060302" stop-opacity="${vignette}"/></radialGradient>
    <filter id="soft" x="-40%" y="-40%" width="180%" height="180%"><feGaussianBlur stdDeviation="13"/></filter>
    <filter id="softer" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="24"/></filter>`;
  const lit = window
    ? `<ellipse cx="${W * (window.x + window.w / 2)}" cy="${H * (window.y + window.h / 2)}" rx="${W * 0.72}" ry="${H * 0.42}" fill="url(#spill)"/>
       <g filter="url(#soft)"><rect x="${W * window.x}" y="${H * window.y}" width="${W * window.w}" height="${H * window.h}" rx="8" fill="url(#pane)"/>
       <rect x="${W * (window.x + window.w / 2) - 4}" y="${H * window.y}" width="8" height="${H * window.h}" fill="${wall[1]}" opacity="0.5"/>
       <rect x="${W * window.x}" y="${H * (window.y + window.h * 0.48)}" width="${W * window.w}" height="9" fill="${wall[1]}" opacity="0.5"/></g>`
    : '';
  const left = window ? window.x > 0.5 : true;
  const things = shelf
    .map((colour, n) => {
      const row = n % 2;
      const x = (left ? 30 : W - 340) + Math.floor(n / 2) * 86 + row * 14;
      const y = H * (row ? 0.31 : 0.19);
      const h = 54 + ((n * 37) % 46);
      const round = n % 3 === 0 ? 30 : 10;
      return `<rect x="${x}" y="${y - h}" width="${46 + ((n * 23) % 26)}" height="${h}" rx="${round}" fill="${colour}"/>`;
    })
    .join('');
  const boards =
    shelf.length > 0
      ? [0.19, 0.31]
          .map(
            (y) =>
              `<rect x="${left ? -20 : W - 380}" y="${H * y}" width="400" height="16" fill="#120a06" opacity="0.7"/>`,
          )
          .join('')
      : '';
  const body = `
    <rect width="${W}" height="${H}" fill="url(#wall)"/>${lit}
    <g filter="url(#soft)" opacity="0.8">${things}${boards}</g>${extra}
    <g filter="url(#softer)"><rect x="-60" y="${floor}" width="${W + 120}" height="${H - floor + 80}" fill="url(#ground)"/></g>
    <rect x="0" y="${floor + 26}" width="${W}" height="${H - floor}" fill="url(#ground)"/>
    ${window ? `<ellipse cx="${W * (window.x + window.w / 2)}" cy="${floor + 90}" rx="${W * 0.5}" ry="110" fill="url(#spill)" opacity="0.55"/>` : ''}
    <rect width="${W}" height="${H}" fill="url(#vignette)"/>`;
  return svgSprite(W, H, body, defs);
}
