import { useQueryClient } from '@tanstack/react-query';
import type { OwnMakerPage } from '@videowindow/contract/api/makers';
import { keyOf } from '../../../lib/queries.ts';

/** Keeps what the server answers of a maker's own page; what others see of it is asked for anew. */
export function useKeepPage(): (saved: OwnMakerPage) => void {
  const queries = useQueryClient();
  return (saved) => {
    queries.setQueryData(keyOf('GET /makers/me/page'), saved);
    void queries.invalidateQueries({ queryKey: keyOf('GET /makers/:id/page') });
  };
}
