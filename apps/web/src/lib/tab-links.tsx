import { Link, type LinkProps, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

type Props = {
  label: string;
  places: readonly { to: LinkProps['to']; label: string }[];
  /** The place that the open page belongs to, where that has no tab of its own. */
  within?: LinkProps['to'] | undefined;
};

/** The pages of one part, side by side. Where there is no room for all, the open one is in sight. */
export function TabLinks({ label, places, within }: Props) {
  const list = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one is open
  useEffect(() => {
    const open = list.current?.querySelector<HTMLElement>('[data-status=active]');
    if (!list.current || !open) return;
    const { scrollLeft, clientWidth } = list.current;
    const least = open.offsetLeft + open.offsetWidth - clientWidth;
    list.current.scrollLeft = Math.max(least, Math.min(scrollLeft, open.offsetLeft));
  }, [pathname]);
  return (
    <nav ref={list} aria-label={label} className="relative mb-6 flex overflow-x-auto border-b border-line sm:gap-1">
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          activeOptions={{ exact: true, includeSearch: false }}
          {...(place.to === within && { 'data-status': 'active', 'aria-current': 'true' })}
          className="-mb-px flex min-h-11 shrink-0 items-center border-b-2 border-transparent px-2 font-semibold text-ink-3 transition-colors duration-120 hover:text-ink data-[status=active]:border-kiln data-[status=active]:text-ink sm:px-3"
        >
          {place.label}
        </Link>
      ))}
    </nav>
  );
}
