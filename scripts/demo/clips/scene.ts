import type { Voice } from './sound.ts';
import type { Canvas } from './stage.ts';

/** Draws one moment; `t` runs from 0 to 1 and the clip loops. */
export type Render = (canvas: Canvas, t: number, frame: number) => void;

/** One clip: what is made once, what is drawn at each moment, what is heard. */
export interface Scene {
  readonly prepare: () => Promise<Render>;
  readonly sound: readonly Voice[];
}
