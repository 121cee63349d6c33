// A draft for each file that is sent: made as soon as the server knows of its video, long before the bytes are there.
import type { QueryClient } from '@tanstack/react-query';
import { keyOf, read } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import type { PickedFile } from './file-handles.ts';
import { addUpload, announced, rememberedUploads } from './uploads.ts';

/** `moon jar 2` of `moon_jar-2.MOV`. */
const titleOf = (filename: string): string =>
  filename
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replace(/[\s_-]+/g, ' ')
    .trim()
    .slice(0, 120);

/** Queues files; each becomes a draft named after it, when its turn comes. What was begun before has its draft already. */
export function beginStories(queries: QueryClient, files: readonly PickedFile[], onProblem: (error: unknown) => void) {
  for (const picked of files) {
    const begunBefore = new Set(rememberedUploads().map(({ mediaId }) => mediaId));
    const make = async () => {
      const mediaId = await announced(addUpload(picked));
      if (mediaId === null || begunBefore.has(mediaId)) return;
      await client.call('POST /stories', { body: { mediaId, title: titleOf(picked.file.name) } });
      await queries.invalidateQueries({ queryKey: keyOf('GET /stories') });
    };
    make().catch(onProblem);
  }
}

/** The story that shows a video already; null when there is none among the latest. */
export async function storyOf(queries: QueryClient, mediaId: string): Promise<string | null> {
  const { items } = await queries.fetchQuery({ ...read('GET /stories', { query: { limit: 50 } }), staleTime: 0 });
  return items.find((story) => story.mediaId === mediaId)?.id ?? null;
}
