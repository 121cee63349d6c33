import { Link } from '@tanstack/react-router';
import { buttonClass, Card } from '@videowindow/ui';
import { ShieldCheck } from 'lucide-react';
import { useMe } from '../../../app/session.ts';

/** To moderators and admins whose tools wait until they have shown a second factor. */
export function StaffWaits() {
  if (!useMe()?.staffWaits) return null;
  return (
    <Card className="mb-6 grid gap-3">
      <p className="flex items-start gap-3">
        <ShieldCheck aria-hidden size={22} strokeWidth={1.75} className="mt-0.5 shrink-0 text-ink-2" />
        <span>
          <span className="block font-semibold">Your tools for running this place wait for a second lock</span>
          <span className="block text-14 text-ink-3">
            Add a passkey or an authenticator app; if you have one, sign in with it. Then they open.
          </span>
        </span>
      </p>
      <Link to="/you/security" className={buttonClass({ variant: 'secondary' })}>
        Sign-in and security
      </Link>
    </Card>
  );
}
