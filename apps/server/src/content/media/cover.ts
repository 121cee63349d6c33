/** The frame that its maker chose as a clip's poster. */
import type { Engine, PictureDescription } from './engine.ts';
import { coverArgs } from './ffmpeg-args.ts';
import { planLadder } from './ladder.ts';
import { candidates, limitsFor } from './runs.ts';
import { makeStills, type Stills } from './stills.ts';

/** A poster with its thumbnails, and the folder that they lie in. */
export interface Cover {
  readonly folder: string;
  readonly stills: Stills;
}

export const filesOf = ({ poster, thumbnails }: Stills): string[] => [
  poster.file,
  ...thumbnails.map(({ file }) => file),
];

/**
 * Writes poster and thumbnails of one moment of the source; `folder` is an empty one.
 * @returns undefined where the source shows nothing at that moment
 */
export async function makeCover(
  engine: Engine,
  description: PictureDescription,
  { source, folder, signal }: { source: string; folder: string; signal: AbortSignal | undefined },
  seconds: number,
): Promise<Stills | undefined> {
  const ladder = planLadder(description);
  const args = (path: string) => coverArgs(path, { description, ladder }, seconds);
  await engine.cage.run({ tool: 'ffmpeg', source, folder, signal, limits: limitsFor(ladder, 60, 1), args });
  const found = await candidates(folder);
  return found.length > 0 ? await makeStills(folder, found) : undefined;
}
