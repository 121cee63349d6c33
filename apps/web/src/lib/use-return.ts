import { useEffect, useRef } from 'react';

/**
 * Calls `then` when somebody comes back to this page by the browser's own button and is shown it as they left it
 * (from the back/forward cache), with buttons still busy and facts that may be old.
 */
export function useReturn(then: () => void): void {
  const latest = useRef(then);
  latest.current = then;
  useEffect(() => {
    const onShow = (event: PageTransitionEvent) => event.persisted && latest.current();
    addEventListener('pageshow', onShow);
    return () => removeEventListener('pageshow', onShow);
  }, []);
}
