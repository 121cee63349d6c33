import { ellipse, shadow } from './light.ts';
import { TAU } from './numbers.ts';
import type { Canvas, Colour } from './stage.ts';

/** A potter's wheel that turns, wet with slip. */
export function wheel(canvas: Canvas, y: number, t: number, slip: Colour): void {
  shadow(canvas, 360, y + 30, 370, 100, 0.75);
  ellipse(canvas, 360, y + 16, 300, 54, [22, 19, 18], [58, 52, 48]);
  ellipse(canvas, 360, y, 300, 52, [74, 66, 60], [34, 30, 28]);
  ellipse(canvas, 360, y, 284, 47, [46, 41, 38], [28, 24, 23]);
  // Slip on the wheel head shows that it turns.
  for (let n = 0; n < 6; n++) {
    const a = t * TAU * 8 + n * 1.05 + (n % 2) * 0.3;
    ellipse(canvas, 360 + Math.cos(a) * (222 + (n % 3) * 14), y + Math.sin(a) * 36, 22 + n * 2, 3.6, slip, slip, 0.3);
  }
}
