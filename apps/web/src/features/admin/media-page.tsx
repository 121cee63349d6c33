import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { EmptyState, Page, Select } from '@videowindow/ui';
import { Coffee } from 'lucide-react';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { useTitle } from '../../lib/title.ts';
import { AdminNav } from './admin-nav.tsx';
import { ManagedClip } from './managed-clip.tsx';
import { type MediaStateName, mediaStateNames, stateWords } from './media-words.ts';

const route = getRouteApi('/signed-in/admin/media');
const REFRESH_MS = 5_000;

/** Everybody's uploads that are worked on, wait, were refused or have failed; for those who keep the service running. */
export function AdminMediaPage() {
  useTitle('Media');
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const media = useInfiniteQuery({
    ...readPages('GET /admin/media', { query: state ? { state } : {} }),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page title="Media" intro="What people send, and what becomes of it.">
      <AdminNav />
      <Select
        label="Show"
        className="mb-5 max-w-72"
        value={state ?? ''}
        options={[
          { value: '', label: 'Everything that is not ready' },
          ...mediaStateNames.map((name) => ({ value: name, label: stateWords[name].label })),
        ]}
        onChange={(event) =>
          // The options' values are the states' names.
          void navigate({ search: event.target.value ? { state: event.target.value as MediaStateName } : {} })
        }
      />
      <Paged
        query={media}
        empty={
          <EmptyState icon={<Coffee aria-hidden size={26} />} title="Nothing here">
            {state
              ? 'No upload is in this state now.'
              : 'Everything that was sent is ready. Work, failures and refusals appear here by themselves.'}
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
            {items.map((one) => (
              <li key={one.id} className="min-w-0">
                <ManagedClip media={one} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Page>
  );
}
