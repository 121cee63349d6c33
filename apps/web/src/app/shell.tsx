import { Outlet, useMatches, useRouter } from '@tanstack/react-router';
import { classNames } from '@videowindow/ui';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useLiveNotifications } from '../features/notifications/live.ts';
import { Rail, TabBar } from './navigation.tsx';
import { useMe } from './session.ts';
import { SandboxBanner, useSite } from './site.tsx';
import { StepUp } from './step-up.tsx';
import { ViewingBanner } from './viewing-banner.tsx';

/** What a route asks of the shell around it. */
declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** `video`: fills the window, dark on a phone. `story`: fills the window on a desk. Else: a page that scrolls. */
    chrome?: 'video' | 'story';
    /** Keys that this page knows, shown in the rail. */
    hints?: string[];
  }
}

/** What the account decides about this device; nothing on the screen waits for it. */
const AccountHere = lazy(() =>
  import('../features/account/account-here.tsx').then(({ AccountHere }) => ({ default: AccountHere })),
);

/** What stands around every page. */
export function Shell() {
  const matches = useMatches();
  const me = useMe();
  const page = matches.at(-1)?.staticData ?? {};
  const overVideo = page.chrome === 'video';
  const hasBanner = Boolean(useSite()?.sandbox);
  const main = useRef<HTMLElement>(null);
  useFocusOnNavigation(main);
  useLiveNotifications();
  return (
    <div
      // The rail begins below the banner and ends with the window.
      style={{ '--banner': hasBanner ? '2rem' : '0px' } as React.CSSProperties}
      className={classNames(
        'flex min-h-dvh flex-col',
        overVideo && 'h-dvh overflow-hidden',
        page.chrome === 'story' && 'lg:h-dvh lg:overflow-hidden',
      )}
    >
      <a
        href="#main"
        className="sr-only z-60 rounded-control bg-kiln px-4 py-3 font-semibold text-on-kiln focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <SandboxBanner />
      <ViewingBanner />
      <div className="flex min-h-0 grow">
        <Rail hints={page.hints} />
        <main
          ref={main}
          id="main"
          tabIndex={-1}
          className="min-w-0 grow pb-[calc(4rem+1px+env(safe-area-inset-bottom))] md:pb-0"
        >
          <Outlet />
        </main>
      </div>
      <TabBar overVideo={overVideo} />
      <StepUp />
      {me && (
        <Suspense>
          <AccountHere key={me.id} />
        </Suspense>
      )}
    </div>
  );
}

/** After a navigation the focus starts at the new page's title, as it would after a page load. */
function useFocusOnNavigation(main: { current: HTMLElement | null }) {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged || main.current?.contains(document.activeElement)) return;
        const target = main.current?.querySelector<HTMLElement>('h1[tabindex]') ?? main.current;
        target?.focus({ preventScroll: true });
      }),
    [router, main],
  );
}
