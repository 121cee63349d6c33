import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { buttonClass, Card } from '@videowindow/ui';
import { ShieldCheck } from 'lucide-react';
import { useMe } from '../../../app/session.ts';
import { keyOf } from '../../../lib/queries.ts';

/** After a second factor was shown or added: what waited for it opens, here and in the navigation. */
export function useToolsOpen(): () => void {
  const queries = useQueryClient();
  const waits = useMe()?.staffWaits === true;
  return () => {
    if (waits) void queries.invalidateQueries({ queryKey: keyOf('GET /auth/profile') });
  };
}

/** To moderators and admins whose tools wait until they have shown a second factor. */
export function StaffWaits() {
  const { href } = useLocation();
  if (!useMe()?.staffWaits) return null;
  return (
    <Card className="mb-6 grid gap-3">
      <p className="flex items-start gap-3">
        <ShieldCheck aria-hidden size={22} strokeWidth={1.75} className="mt-0.5 shrink-0 text-ink-2" />
        <span>
          <span className="block font-semibold">Your tools for running this place wait for a second lock</span>
          <span className="block text-14 text-ink-3">Show your passkey or your authenticator app, or add one.</span>
        </span>
      </p>
      <Link to="/you/second-lock" search={{ back: href }} className={buttonClass({ variant: 'secondary' })}>
        Open my tools
      </Link>
    </Card>
  );
}
