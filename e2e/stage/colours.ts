/** Stories whose clips are one colour each, so that a picture tells which of them is seen. */
import { join } from 'node:path';
import { ffmpeg } from '../../apps/server/src/content/media/test-clips.ts';
import type { Account } from './accounts.ts';
import { listClip, upload } from './stories.ts';

export const COLOURS = {
  Madder: [176, 48, 56],
  Moss: [64, 128, 56],
  Indigo: [48, 72, 168],
  Saffron: [216, 152, 40],
} as const satisfies Record<string, readonly [number, number, number]>;

/** Lists one story a colour, six seconds with a tone; the feed shows them in the order of `COLOURS`. */
export async function listColours(folder: string, people: { maker: Account; moderator: Account }): Promise<void> {
  const files = Object.entries(COLOURS).map(([title, [r, g, b]]) => {
    const picture = `color=c=0x${Buffer.from([r, g, b]).toString('hex')}:s=360x640:r=15:d=6`;
    const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=f=440:d=6'];
    ffmpeg(folder, [...inputs, '-pix_fmt', 'yuv420p', '-preset', 'ultrafast', `${title}.mp4`]);
    return { title, file: join(folder, `${title}.mp4`) };
  });
  const clips = await Promise.all(
    files.map(async ({ title, file }) => ({ title, id: await upload(people.maker, file) })),
  );
  for (const { title, id } of clips.toReversed()) await listClip(people, id, { title }, null);
}
