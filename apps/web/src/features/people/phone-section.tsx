// The phone, as one of the ways in: proved by a code, changed, forgotten.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Way } from '@videowindow/contract/api/identity';
import { Button, Section, useVoice } from '@videowindow/ui';
import { Phone } from 'lucide-react';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { date } from '../../lib/dates.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { WayRow, wayList } from './keys/way-row.tsx';
import { ProveForm } from './prove-form.tsx';
import { phoneProblem } from './sign-in-phone.tsx';

export function PhoneSection({ ways }: { ways: readonly Way[] }) {
  const way = ways.find(({ kind }) => kind === 'phone');
  const canSend = useSite()?.sms ?? false;
  const [editing, setEditing] = useState(false);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /auth/phone'),
    onSuccess: () => toast({ text: 'Your number is forgotten.', tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') }),
  });
  if (!canSend && !way) return null;
  return (
    <Section title="Phone">
      {editing ? (
        <PhoneForm onDone={() => setEditing(false)} />
      ) : (
        <ul className={wayList}>
          <WayRow
            icon={Phone}
            name={way?.name ?? 'No number'}
            note={way?.addedAt ? `Yours since ${date(way.addedAt)}` : 'Codes can come to your phone too.'}
          >
            {way?.removable && (
              <Button
                variant="quiet"
                size="small"
                busy={remove.isPending}
                aria-label="Remove the number"
                onClick={() => remove.mutate()}
              >
                Remove
              </Button>
            )}
            {canSend && (
              <Button variant="secondary" size="small" onClick={() => setEditing(true)}>
                {way ? 'Change it' : 'Add one'}
              </Button>
            )}
          </WayRow>
        </ul>
      )}
    </Section>
  );
}

function PhoneForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  return (
    <ProveForm
      field={{
        label: 'Your number',
        hint: 'With its country first: +351 912 345 678.',
        type: 'tel',
        autoComplete: 'tel',
        maxLength: 26,
      }}
      another="Another number"
      send={(phone) => client.call('POST /auth/phone', { body: { phone } })}
      problemOf={phoneProblem}
      verify={(code) => client.call('POST /auth/verify-phone', { body: { code } })}
      onProved={() => {
        toast({ text: 'Your number is set.', tone: 'good' });
        void queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') });
        onDone();
      }}
      onLeave={onDone}
    />
  );
}
