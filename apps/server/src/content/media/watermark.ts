/** Draws the maker's handle as the small mark that is burnt into every rung. */
import sharp from 'sharp';
import type { Rung } from './ladder.ts';

/** Set by the operator's policy. */
export interface WatermarkPolicy {
  readonly corner: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
  /** 0 to 1. */
  readonly opacity: number;
}

export const DEFAULT_WATERMARK: WatermarkPolicy = { corner: 'top-left', opacity: 0.7 };

/** A PNG with transparent ground, drawn for the largest rung; a soft shadow keeps it legible on snow and on soot. */
export async function drawWatermark(handle: string, rung: Rung, policy: WatermarkPolicy): Promise<Buffer> {
  const size = Math.max(12, Math.round(Math.min(rung.width, rung.height) * 0.034));
  const text = escapeXml(handle.startsWith('@') ? handle : `@${handle}`);
  const width = Math.min(rung.width - 2, Math.round(text.length * size * 0.72 + size));
  const height = Math.round(size * 1.6);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<defs><filter id="s" x="-20%" y="-40%" width="140%" height="180%"><feGaussianBlur stdDeviation="${size * 0.09}"/></filter></defs>` +
    `<g font-family="Instrument Sans, DejaVu Sans, sans-serif" font-weight="600" font-size="${size}" opacity="${policy.opacity}">` +
    `<text x="${size * 0.2}" y="${size * 1.15}" fill="#000" opacity="0.8" filter="url(#s)">${text}</text>` +
    `<text x="${size * 0.2}" y="${size * 1.1}" fill="#fff">${text}</text></g></svg>`;
  return sharp(Buffer.from(svg))
    .trim({ background: { r: 0, g: 0, b: 0, alpha: 0 }, threshold: 1 })
    .png()
    .toBuffer();
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
