import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Avatar, EmptyState, Page, StatusChip, Tabs } from '@videowindow/ui';
import { Hammer } from 'lucide-react';
import { dateTime } from '../../../lib/dates.ts';
import { Paged } from '../../../lib/paged.tsx';
import { PersonAvatar } from '../../../lib/person-avatar.tsx';
import { readPages } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { AdminTabs } from '../users/admin-tabs.tsx';
import { applicationStates } from './application-words.ts';

const route = getRouteApi('/signed-in/desk/admin/makers');

/** Who would like to sell here, where that is looked at. */
export function MakerApplicationsPage() {
  useTitle('New makers');
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="New makers" intro="Who would like to sell here. They wait until somebody has read what they make.">
      <AdminTabs />
      <Tabs
        label="Which"
        value={show ?? 'waiting'}
        onChange={(value) => void navigate({ search: value === 'all' ? { show: 'all' } : {} })}
        tabs={[
          { value: 'waiting', label: 'Waiting', content: <Applications show="waiting" /> },
          { value: 'all', label: 'All', content: <Applications show="all" /> },
        ]}
      />
    </Page>
  );
}

function Applications({ show }: { show: 'waiting' | 'all' }) {
  const query = useInfiniteQuery(readPages('GET /admin/maker-applications', { query: { show } }));
  return (
    <Paged
      query={query}
      empty={
        <EmptyState icon={<Hammer aria-hidden size={26} />} title="Nobody waits">
          Who asks to sell here appears in this list, and you get a notice. Whether new makers are looked at at all is a
          setting of the server, MAKER_REVIEW.
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="overflow-hidden rounded-card border border-line bg-sheet">
          {items.map(({ id, person, about, state, appliedAt }) => (
            <li key={id} className="border-b border-line last:border-b-0">
              <Link
                to="/admin/makers/$id"
                params={{ id }}
                className="flex min-h-16 items-center gap-4 px-4 py-3 transition-colors duration-120 hover:bg-ink/4"
              >
                {person ? <PersonAvatar person={person} /> : <Avatar name="?" />}
                <span className="min-w-0 grow">
                  <span className="block font-semibold">{person?.displayName ?? 'Somebody who is gone'}</span>
                  <span className="line-clamp-2 text-14 text-ink-3 wrap-anywhere">{about}</span>
                  <span className="block text-14 text-ink-3">{dateTime(appliedAt)}</span>
                </span>
                <StatusChip tone={applicationStates[state].tone}>{applicationStates[state].label}</StatusChip>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Paged>
  );
}
