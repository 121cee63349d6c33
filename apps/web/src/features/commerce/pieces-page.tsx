// A maker's pieces for sale: where each stands, what is left of it, and what can be done to many at once.
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { buttonClass, EmptyState, Select } from '@videowindow/ui';
import { Tag } from 'lucide-react';
import { useState } from 'react';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { StudioPage } from '../content/studio-nav.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { PieceRow } from './piece-row.tsx';
import type { PieceState } from './piece-state-names.ts';
import { stateFilters } from './piece-states.ts';
import { TableButtons } from './table-buttons.tsx';
import { VacationCard } from './vacation-card.tsx';

const route = getRouteApi('/signed-in/makers/studio/pieces');

export function StudioPiecesPage() {
  const { state } = route.useSearch();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const pieces = useInfiniteQuery(readPages('GET /listings', { query: state ? { state } : {} }));
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      if (isChosen) next.add(id);
      else next.delete(id);
      return next;
    });
  return (
    <StudioPage title="For sale">
      <div className="mb-5 flex flex-wrap items-end justify-between gap-3">
        <Select
          label="Show"
          className="w-44"
          value={state ?? ''}
          options={stateFilters}
          onChange={(event) => {
            setChosen(new Set());
            // The options are exactly the states, and '' for all.
            const next = (event.target.value || undefined) as PieceState | undefined;
            void navigate({ to: '/studio/pieces', search: { state: next }, replace: true });
          }}
        />
        <div className="flex flex-wrap gap-2">
          <Link to="/studio/shipping" className={buttonClass({ variant: 'secondary' })}>
            Ways of sending
          </Link>
          <TableButtons />
        </div>
      </div>
      <VacationCard />
      <Paged
        query={pieces}
        empty={
          state ? (
            <EmptyState icon={<Tag aria-hidden size={26} />} title="Nothing here">
              No piece of yours stands so right now.
            </EmptyState>
          ) : (
            <EmptyState
              icon={<Tag aria-hidden size={26} />}
              title="Nothing is for sale yet"
              action={
                <Link to="/studio" className={buttonClass()}>
                  Choose a story
                </Link>
              }
            >
              Open a story and write under Sale how its piece is sold: by offer and auction, or at a fixed price.
            </EmptyState>
          )
        }
      >
        {(items) => (
          <ul className="grid gap-3 lg:grid-cols-2">
            {items.map((piece) => (
              <li key={piece.id}>
                <PieceRow piece={piece} chosen={chosen.has(piece.id)} onChoose={(is) => choose(piece.id, is)} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {chosen.size > 0 && <BulkBar ids={[...chosen]} onDone={() => setChosen(new Set())} />}
    </StudioPage>
  );
}
