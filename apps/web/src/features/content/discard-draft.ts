import type { QueryClient } from '@tanstack/react-query';
import { keyOf, read } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

export async function discardDraft(queries: QueryClient, id: string): Promise<void> {
  await client.call('DELETE /stories/:id', { params: { id } });
  await queries.invalidateQueries({ queryKey: keyOf('GET /stories') });
}

/** An upload was given up: the draft that was made for it goes too, if nobody has written in it since. */
export async function discardUntouched(queries: QueryClient, mediaId: string | null): Promise<void> {
  const { items } = await queries.fetchQuery({ ...read('GET /stories', { query: { limit: 50 } }), staleTime: 0 });
  const draft = items.find((story) => story.mediaId === mediaId && mediaId !== null);
  const isUntouched = draft?.version === 1 && draft.caption === '' && draft.sections.length === 0;
  if (isUntouched && draft.possible.includes('discard')) await discardDraft(queries, draft.id);
}
