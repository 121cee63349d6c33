import { useQuery } from '@tanstack/react-query';
import { ServerClock } from '@videowindow/ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { clock, useClockOffset } from '../lib/clock.ts';
import { broughtAt } from '../lib/early.ts';
import { read } from '../lib/queries.ts';

export const siteQuery = { ...read('GET /site'), staleTime: 5 * 60_000 };

/** What the server says of itself; undefined until it has. */
export const useSite = () => useQuery(siteQuery).data;

/** Gives the server's clock to every countdown below. */
export function SiteClock({ children }: { children: ReactNode }) {
  const { data: site, dataUpdatedAt } = useQuery(siteQuery);
  const offsetMs = useClockOffset();
  const isSet = useRef(false);
  useEffect(() => {
    if (!site || isSet.current) return;
    isSet.current = true;
    // Coarse (half a round trip off); the socket measures better as soon as there is one.
    if (offsetMs === 0) clock.set(Date.parse(site.serverTime) - (broughtAt ?? dataUpdatedAt));
  }, [site, dataUpdatedAt, offsetMs]);
  return <ServerClock offsetMs={offsetMs}>{children}</ServerClock>;
}

/** Says that the outside world is played by stand-ins, and where their mail is read. */
export function SandboxBanner() {
  const sandbox = useSite()?.sandbox;
  if (!sandbox) return null;
  return (
    <aside
      aria-label="Sandbox"
      className="sticky top-0 z-30 flex h-8 shrink-0 items-center justify-center gap-x-3 bg-amber px-2 py-1 text-center text-12 font-semibold text-paper"
    >
      <span className="truncate">Sandbox: no real money, no real mail.</span>
      <a
        href={sandbox.inboxUrl}
        target="_blank"
        rel="noreferrer"
        className="relative shrink-0 underline underline-offset-2 after:absolute after:-inset-x-2 after:-inset-y-3 after:content-['']"
      >
        Read the mail
      </a>
    </aside>
  );
}
