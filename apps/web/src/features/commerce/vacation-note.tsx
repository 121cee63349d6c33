import { useQuery } from '@tanstack/react-query';
import { read } from '../../lib/queries.ts';
import { backWords } from './vacation-words.ts';

/** On a maker's profile: that they are away, and until when. Nothing otherwise. */
export function VacationNote({ makerId }: { makerId: string }) {
  const { data } = useQuery(read('GET /makers/:id/vacation', { params: { id: makerId } }));
  if (!data?.returnsAt) return null;
  return (
    <p className="mt-3 w-fit rounded-card bg-amber/10 px-4 py-3 text-ink-2">On holiday. {backWords(data.returnsAt)}</p>
  );
}
