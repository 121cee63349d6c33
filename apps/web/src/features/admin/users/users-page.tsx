import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AccountStatus, UserRow } from '@videowindow/contract/api/admin';
import { Button, EmptyState, Page, Select, StatusChip, TextField } from '@videowindow/ui';
import { ChevronRight, Search, Users } from 'lucide-react';
import { useState } from 'react';
import { date } from '../../../lib/dates.ts';
import { Paged } from '../../../lib/paged.tsx';
import { PersonAvatar } from '../../../lib/person-avatar.tsx';
import { readPages } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { AdminTabs } from './admin-tabs.tsx';
import { grantable, roleNames, standingOf, statusNames, statusTones } from './words.ts';

const route = getRouteApi('/signed-in/desk/admin/users');

/** Everybody who has an account, the newest first. */
export function AdminUsersPage() {
  useTitle('People');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(search.q ?? '');
  const users = useInfiniteQuery(readPages('GET /admin/users', { query: search }));
  return (
    <Page title="People" intro="Who is here, and what they may do.">
      <AdminTabs />
      <search className="mb-5 grid gap-3 md:grid-cols-[minmax(0,1fr)_auto_auto] md:items-end">
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void navigate({ search: { ...search, q: text.trim() || undefined } });
          }}
        >
          <TextField
            label="Name, @handle, address or id"
            type="search"
            className="grow"
            value={text}
            maxLength={200}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" variant="secondary" aria-label="Find">
            <Search aria-hidden size={18} />
            <span className="hidden sm:inline">Find</span>
          </Button>
        </form>
        <div className="grid grid-cols-2 gap-3 md:contents">
          <Select
            label="Role"
            value={search.role ?? ''}
            options={[
              { value: '', label: 'Any role' },
              ...grantable.map((role) => ({ value: role, label: roleNames[role] })),
            ]}
            onChange={({ target }) =>
              void navigate({ search: { ...search, role: grantable.find((role) => role === target.value) } })
            }
          />
          <Select
            label="Account"
            value={search.status ?? ''}
            options={[
              { value: '', label: 'Any state' },
              ...Object.entries(statusNames).map(([value, label]) => ({ value, label })),
            ]}
            onChange={({ target }) =>
              // The options' values are the states' names.
              void navigate({ search: { ...search, status: (target.value || undefined) as AccountStatus | undefined } })
            }
          />
        </div>
      </search>
      <Paged
        query={users}
        end="That is everybody."
        empty={
          <EmptyState icon={<Users aria-hidden size={26} />} title="Nobody">
            Nobody here is called so. Try a part of their name, or fewer conditions.
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="overflow-hidden rounded-card border border-line bg-sheet">
            {items.map((user) => (
              <UserItem key={user.id} user={user} />
            ))}
          </ul>
        )}
      </Paged>
    </Page>
  );
}

function UserItem({ user }: { user: UserRow }) {
  const roles = grantable.filter((role) => user.roles.includes(role)).map((role) => roleNames[role]);
  return (
    <li className="border-t border-line first:border-t-0">
      <Link
        to="/admin/users/$id"
        params={{ id: user.id }}
        className="flex min-h-16 items-center gap-4 px-4 py-3 transition-colors duration-120 hover:bg-ink/3"
      >
        <PersonAvatar person={user} />
        <span className="min-w-0 grow">
          <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-semibold">
            <span className="truncate">{user.displayName}</span>
            {user.status !== 'active' && <StatusChip tone={statusTones[user.status]}>{standingOf(user)}</StatusChip>}
          </span>
          <span className="block text-14 wrap-anywhere text-ink-3">
            @{user.handle} · {user.email}
          </span>
          <span className="block text-14 text-ink-3">
            {roles.length > 0
              ? `${roles.join(', ')} · here since ${date(user.joinedAt)}`
              : `Here since ${date(user.joinedAt)}`}
          </span>
        </span>
        <ChevronRight aria-hidden size={18} className="shrink-0 text-ink-3" />
      </Link>
    </li>
  );
}
