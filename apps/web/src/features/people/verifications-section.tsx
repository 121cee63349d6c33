// What of a person is proved, and by whom. Others see one thing of it: whether the payment provider knows who they are.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Verification } from '@videowindow/contract/api/identity';
import { Section } from '@videowindow/ui';
import { BadgeCheck, CircleDashed, CircleX } from 'lucide-react';
import { useEffect } from 'react';
import { date } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read } from '../../lib/queries.ts';
import { WayRow, wayList } from './keys/way-row.tsx';

const NAMES: Record<Verification['kind'], string> = {
  email: 'Your mail address',
  phone: 'Your phone number',
  identity: 'Who you are',
};

const BY: Record<Verification['by'], string> = {
  code: 'by a code',
  google: 'by Google',
  apple: 'by Apple',
  payment_provider: 'by the payment provider',
  operator: 'by who runs this place',
};

const words = ({ kind, state, by, at }: Verification): string => {
  if (state === 'verified') return `Proved ${BY[by]} on ${date(at)}`;
  if (kind === 'identity')
    return state === 'pending'
      ? 'The payment provider is looking at it, or asks for something more: see Payouts.'
      : 'The payment provider could not find that you are who you say.';
  if (state === 'failed') return 'The last code was wrong. Ask for a new one above.';
  return kind === 'email' ? 'Not yet: it is, once you sign in by a code from your mail.' : 'Waits for the code.';
};

const ICONS = { verified: BadgeCheck, pending: CircleDashed, failed: CircleX } as const;

/** @param asOf rises whenever a way in has changed: what is proved is asked anew then */
export function VerificationsSection({ asOf }: { asOf: number }) {
  const queries = useQueryClient();
  useEffect(() => {
    if (asOf > 0) void queries.invalidateQueries({ queryKey: keyOf('GET /users/me/verifications') });
  }, [asOf, queries]);
  const verifications = useQuery(read('GET /users/me/verifications'));
  return (
    <Section title="What is proved">
      <Loaded query={verifications}>
        {({ items }) => (
          <ul className={wayList}>
            {items.map((item) => (
              <WayRow key={item.kind} icon={ICONS[item.state]} name={NAMES[item.kind]} note={words(item)} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}
