import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Answer } from '@videowindow/client';
import { Card, EmptyState, Page, Section, StatusChip } from '@videowindow/ui';
import { ScrollText } from 'lucide-react';
import { date, dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { Paged } from '../../../lib/paged.tsx';
import { PersonAvatar } from '../../../lib/person-avatar.tsx';
import { read, readPages } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { AccountActs } from './account-acts.tsx';
import { AuditRows } from './audit-rows.tsx';
import { RoleSwitches } from './role-switches.tsx';
import { standingOf, statusTones } from './words.ts';

export type Detail = Answer<'GET /admin/users/:id'>;

const route = getRouteApi('/signed-in/desk/admin/users/$id');

/** One person, as those see them who look after the place. */
export function AdminUserPage() {
  const { id } = route.useParams();
  const detail = useQuery({ ...read('GET /admin/users/:id', { params: { id } }), staleTime: 0 });
  useTitle(detail.data?.user.displayName ?? 'Person');
  return (
    <Page
      title={detail.data?.user.displayName ?? 'Person'}
      over={
        <Link to="/admin/users" className="text-indigo underline underline-offset-2">
          People
        </Link>
      }
    >
      <Loaded query={detail}>{(found) => <Person detail={found} />}</Loaded>
    </Page>
  );
}

function Person({ detail }: { detail: Detail }) {
  const { user, closedFor, sessions, secondFactor } = detail;
  const log = useInfiniteQuery(readPages('GET /admin/audit', { query: { person: user.id } }));
  return (
    <>
      <Card className="mb-8 flex items-start gap-4">
        <PersonAvatar person={user} size="large" />
        <div className="min-w-0 grow">
          <StatusChip tone={statusTones[user.status]}>{standingOf(user)}</StatusChip>
          <p className="mt-2">
            <Link
              to="/@{$handle}"
              params={{ handle: user.handle }}
              className="font-semibold text-indigo underline underline-offset-2"
            >
              @{user.handle}
            </Link>
          </p>
          <p className="break-all text-14 text-ink-2">{user.email}</p>
          <p className="text-14 text-ink-3">Here since {date(user.joinedAt)}</p>
          {secondFactor && (
            <p className="text-14 text-ink-3">
              {secondFactor.releaseAt
                ? `Their authenticator app is asked for until ${dateTime(secondFactor.releaseAt)}, unless they use it before`
                : `Uses an authenticator app since ${date(secondFactor.since)}`}
            </p>
          )}
          {closedFor && <p className="mt-2 text-14">Closed for: {closedFor}</p>}
        </div>
      </Card>
      <AccountActs detail={detail} />
      <RoleSwitches user={user} />
      <Section title="Signed in">
        {sessions.length === 0 ? (
          <p className="text-ink-3">Nowhere.</p>
        ) : (
          <ul className="overflow-hidden rounded-card border border-line bg-sheet">
            {sessions.map((session) => (
              <li key={session.id} className="border-t border-line px-4 py-3 first:border-t-0">
                <span className="block font-semibold">{session.device}</span>
                <span className="block text-14 text-ink-3">
                  {session.place} · last used {dateTime(session.lastSeenAt)} · since {dateTime(session.startedAt)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="In the audit log">
        <Paged
          query={log}
          empty={
            <EmptyState icon={<ScrollText aria-hidden size={26} />} title="Nothing yet">
              What they do, and what is done to their account, will be here.
            </EmptyState>
          }
        >
          {(items) => <AuditRows entries={items} />}
        </Paged>
      </Section>
    </>
  );
}
