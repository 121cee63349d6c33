import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Notification } from '@videowindow/contract/api/site';
import { Button, buttonClass, classNames, EmptyState, Page, useServerNow } from '@videowindow/ui';
import { CheckCheck, Inbox } from 'lucide-react';
import { ago, dateTime } from '../../lib/dates.ts';
import { Paged } from '../../lib/paged.tsx';
import { useTitle } from '../../lib/title.ts';
import { iconOf } from './kinds.ts';
import { inboxQuery, useReading } from './use-reading.ts';

/** What happened to me and my things, newest first. */
export function InboxPage() {
  useTitle('Inbox');
  const inbox = useInfiniteQuery(inboxQuery);
  const { readOne, readAll } = useReading();
  const hasUnread = inbox.data?.pages.some((page) => page.items.some((one) => one.readAt === null)) ?? false;
  return (
    <Page
      width="form"
      title="Inbox"
      actions={
        hasUnread && (
          <Button
            variant="secondary"
            size="small"
            busy={readAll.isPending}
            icon={<CheckCheck aria-hidden size={18} />}
            onClick={() => readAll.mutate()}
          >
            Mark all as read
          </Button>
        )
      }
    >
      <Paged
        query={inbox}
        empty={
          <EmptyState
            icon={<Inbox aria-hidden size={26} />}
            title="Nothing new"
            action={
              <Link to="/" className={buttonClass()}>
                Watch what is here
              </Link>
            }
          >
            Bids, offers, orders and reviews tell you here what happened, as it happens.
          </EmptyState>
        }
      >
        {(items) => <Days items={items} onRead={readOne} />}
      </Paged>
    </Page>
  );
}

function Days({ items, onRead }: { items: readonly Notification[]; onRead: (id: string) => void }) {
  const now = useServerNow(30_000);
  const days = byDay(items, now);
  return (
    <div className="grid max-w-[44rem] gap-7">
      {days.map((day) => (
        <section key={day.label} aria-label={day.label}>
          <h2 className="mb-2 text-14 font-semibold text-ink-3">{day.label}</h2>
          <ul className="grid gap-px overflow-hidden rounded-card border border-line bg-line">
            {day.items.map((item) => (
              <li key={item.id} className="bg-sheet">
                <Row item={item} now={now} onRead={onRead} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Row({ item, now, onRead }: { item: Notification; now: number; onRead: (id: string) => void }) {
  const Icon = iconOf(item.kind);
  const unread = item.readAt === null;
  return (
    <Link
      to={item.href}
      onClick={() => unread && onRead(item.id)}
      // Opened in another tab it is read as well.
      onAuxClick={() => unread && onRead(item.id)}
      className="flex gap-3.5 px-4 py-3.5 transition-colors duration-120 hover:bg-ink/4 focus-visible:outline-offset-[-2px]"
    >
      <span
        className={classNames(
          'grid size-10 shrink-0 place-items-center rounded-full',
          unread ? 'bg-kiln/10 text-kiln' : 'bg-ink/5 text-ink-3',
        )}
      >
        <Icon aria-hidden size={20} strokeWidth={1.75} />
      </span>
      <span className="min-w-0 grow">
        <span className={classNames('block', unread ? 'font-semibold' : 'text-ink-2')}>
          {unread && <span className="sr-only">Unread: </span>}
          {item.title}
        </span>
        <span className="block text-14 text-ink-2">{item.body}</span>
        <time dateTime={item.createdAt} title={dateTime(item.createdAt)} className="mt-0.5 block text-12 text-ink-3">
          {ago(item.createdAt, now)}
        </time>
      </span>
      {unread && <span aria-hidden className="mt-2 size-2 shrink-0 rounded-full bg-kiln" />}
    </Link>
  );
}

/** Today, yesterday, earlier; in the person's own zone. */
function byDay(items: readonly Notification[], now: number): { label: string; items: Notification[] }[] {
  const startOfToday = new Date(now).setHours(0, 0, 0, 0);
  const startOfYesterday = new Date(startOfToday).setDate(new Date(startOfToday).getDate() - 1);
  const days: { label: string; from: number; items: Notification[] }[] = [
    { label: 'Today', from: startOfToday, items: [] },
    { label: 'Yesterday', from: startOfYesterday, items: [] },
    { label: 'Earlier', from: Number.NEGATIVE_INFINITY, items: [] },
  ];
  for (const item of items) days.find((day) => Date.parse(item.createdAt) >= day.from)?.items.push(item);
  return days.filter((day) => day.items.length > 0);
}
