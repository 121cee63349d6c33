import { Outlet, useMatches, useRouter } from '@tanstack/react-router';
import { classNames } from '@videowindow/ui';
import { useEffect, useRef } from 'react';
import { Rail, TabBar } from './navigation.tsx';
import { SandboxBanner } from './site.tsx';

/** What a route asks of the shell around it. */
declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** `video`: full-bleed and dark on a phone. `bare`: no navigation. */
    chrome?: 'video' | 'bare';
    /** Keys that this page knows, shown in the rail. */
    hints?: string[];
  }
}

/** What stands around every page. */
export function Shell() {
  const matches = useMatches();
  const page = matches.at(-1)?.staticData ?? {};
  const overVideo = page.chrome === 'video';
  const main = useRef<HTMLElement>(null);
  useFocusOnNavigation(main);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only z-60 rounded-control bg-kiln px-4 py-3 font-semibold text-on-kiln focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <SandboxBanner />
      <div className="flex grow">
        {page.chrome !== 'bare' && <Rail hints={page.hints} />}
        <main
          ref={main}
          id="main"
          tabIndex={-1}
          className={classNames('min-w-0 grow', page.chrome === undefined && 'pb-20 md:pb-0')}
        >
          <Outlet />
        </main>
      </div>
      {page.chrome !== 'bare' && <TabBar overVideo={overVideo} />}
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
