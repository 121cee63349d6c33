import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { CountBadge, classNames, IconButton } from '@videowindow/ui';
import {
  Clapperboard,
  Film,
  House,
  Inbox,
  LogIn,
  type LucideIcon,
  Moon,
  Plus,
  ShieldCheck,
  Sun,
  User,
  Users,
  Wallet,
} from 'lucide-react';
import { read } from '../lib/queries.ts';
import { useCan, useHasRole, useMe } from './session.ts';
import { setTheme, useIsDark } from './theme.ts';

type Place = {
  to: string;
  label: string;
  icon: LucideIcon;
  count?: number;
  /** Where the other pages of this place begin. */
  also?: readonly string[];
};

/** How many notifications are unread; kept fresh by the person's channel (features/notifications). */
const useUnread = (): number => {
  const me = useMe();
  return useQuery({ ...read('GET /notifications/unread'), enabled: Boolean(me) }).data?.unread ?? 0;
};

function usePlaces(): { tabs: Place[]; more: Place[] } {
  const unread = useUnread();
  const isMaker = useHasRole('maker');
  const isModerator = useCan('moderation.queue');
  const managesMedia = useCan('media.manage');
  const managesMoney = useCan('payment.manage');
  const managesPeople = useCan('user.manage');
  return {
    tabs: [
      { to: '/', label: 'Home', icon: House },
      { to: '/create', label: 'Create', icon: Plus },
      { to: '/inbox', label: 'Inbox', icon: Inbox, count: unread },
      { to: '/you', label: 'You', icon: User, also: ['/orders', '/pay/', '/strikes', '/admin/health'] },
    ],
    more: [
      ...(isMaker ? [{ to: '/studio', label: 'Studio', icon: Clapperboard }] : []),
      ...(isModerator ? [{ to: '/moderation', label: 'Review', icon: ShieldCheck }] : []),
      ...(managesMoney
        ? [
            {
              to: '/admin/money',
              label: 'Money',
              icon: Wallet,
              also: ['/admin/orders', '/admin/pay', '/admin/disputes', '/admin/cases'],
            },
          ]
        : []),
      ...(managesPeople
        ? [
            {
              to: '/admin/users',
              label: 'People',
              icon: Users,
              also: ['/admin/makers', '/admin/audit', '/admin/security'],
            },
          ]
        : []),
      ...(managesMedia ? [{ to: '/admin/media', label: 'Media', icon: Film, also: ['/admin/storage'] }] : []),
    ],
  };
}

/** Marks a place whose own address is not the open one, but whose page it is. */
const useHere = () => {
  const { pathname } = useLocation();
  return ({ also }: Place) =>
    also?.some((start) => pathname.startsWith(start))
      ? { 'data-status': 'active', 'aria-current': 'true' as const }
      : {};
};

/** On a phone these are reached from You. */
const UNDER_YOU = ['/orders', '/pay/', '/strikes', '/studio', '/moderation', '/admin'];

/** At the bottom of a phone. */
export function TabBar({ overVideo }: { overVideo: boolean }) {
  const { tabs } = usePlaces();
  const here = useHere();
  return (
    <nav
      aria-label="Main"
      data-theme={overVideo ? 'dark' : undefined}
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-paper pb-[env(safe-area-inset-bottom)] md:hidden print:hidden"
    >
      <ul className="flex">
        {tabs.map((place) => (
          <li key={place.to} className="grow basis-0">
            <Link
              to={place.to}
              activeOptions={{ exact: place.to === '/' }}
              {...here(place.to === '/you' ? { ...place, also: UNDER_YOU } : place)}
              className="flex h-16 flex-col items-center justify-center gap-1 text-12 text-ink-3 data-[status=active]:font-semibold data-[status=active]:text-ink"
            >
              <PlaceIcon place={place} />
              {place.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** At the left of a desk; icons only where it is narrow. */
export function Rail({ hints }: { hints?: string[] | undefined }) {
  const { tabs, more } = usePlaces();
  const here = useHere();
  const me = useMe();
  const isDark = useIsDark();
  return (
    <nav
      aria-label="Main"
      className="sticky top-(--banner) hidden h-[calc(100dvh-var(--banner))] w-19 shrink-0 flex-col border-r border-line px-3 pt-6 pb-4 md:flex lg:w-55 lg:px-5 print:hidden"
    >
      <Link to="/" aria-label="Video Window" className="mb-6 px-2 font-title text-22 font-semibold text-ink">
        <span className="hidden lg:inline">Video Window</span>
        <span aria-hidden className="grid place-items-center lg:hidden">
          <img src="/icon.svg" alt="" width={32} height={32} />
        </span>
      </Link>
      <ul className="grid gap-1.5">
        {[...tabs, ...more].map((place) => (
          <li key={place.to}>
            <Link
              to={place.to}
              activeOptions={{ exact: place.to === '/' }}
              {...here(place)}
              title={place.label}
              className={classNames(
                'flex h-12 items-center gap-4 rounded-control border border-transparent px-3 text-ink-2 transition-colors duration-120 hover:text-ink',
                'data-[status=active]:border-line data-[status=active]:bg-sheet data-[status=active]:font-semibold data-[status=active]:text-ink',
              )}
            >
              <PlaceIcon place={place} />
              <span className="sr-only lg:not-sr-only">{place.label}</span>
            </Link>
          </li>
        ))}
      </ul>
      {hints && (
        <p className="mt-7 hidden px-2.5 text-14 text-ink-3 lg:block">
          {hints.map((hint) => (
            <span key={hint} className="block">
              {hint}
            </span>
          ))}
        </p>
      )}
      <div className="mt-auto flex flex-col items-center justify-between gap-2 lg:flex-row">
        {me === null ? (
          <Link
            to="/sign-in"
            title="Sign in"
            className="grid size-11 place-items-center rounded-full font-semibold text-kiln hover:bg-kiln/8 lg:flex lg:size-auto lg:min-h-11 lg:px-2 lg:hover:bg-transparent"
          >
            <LogIn aria-hidden size={20} className="lg:hidden" />
            <span className="sr-only lg:not-sr-only">Sign in</span>
          </Link>
        ) : (
          <span className="hidden truncate px-2 text-14 text-ink-3 lg:inline">{me ? `@${me.handle}` : ''}</span>
        )}
        <IconButton
          label={isDark ? 'Use the light theme' : 'Use the dark theme'}
          icon={isDark ? <Sun aria-hidden size={20} /> : <Moon aria-hidden size={20} />}
          onClick={() => setTheme(isDark ? 'light' : 'dark')}
        />
      </div>
    </nav>
  );
}

function PlaceIcon({ place }: { place: Place }) {
  const Icon = place.icon;
  return (
    <span className="relative">
      <Icon aria-hidden size={24} strokeWidth={1.75} />
      {place.count ? (
        <span className="absolute -top-1.5 left-3.5">
          <CountBadge count={place.count} label={`${place.count} unread`} />
        </span>
      ) : null}
    </span>
  );
}
