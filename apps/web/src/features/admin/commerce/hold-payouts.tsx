import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { Card, Section } from '@videowindow/ui';
import { useRef } from 'react';
import { newKey } from '../../../lib/new-key.ts';
import { client } from '../../../lib/server.ts';
import { ReasonForm } from './reason-form.tsx';

/** Holds all of a maker's payouts by hand. */
export function HoldPayouts({ maker }: { maker: PersonSummary }) {
  const navigate = useNavigate();
  const key = useRef(newKey());
  const hold = useMutation({
    mutationFn: (reason: string) =>
      client.call('POST /admin/makers/:id/hold', {
        params: { id: maker.id },
        body: { reason },
        idempotencyKey: key.current,
      }),
    onSuccess: ({ id }) => void navigate({ to: '/admin/cases/$id', params: { id } }),
  });
  return (
    <Section title={`Hold the payouts of ${maker.displayName}`}>
      <Card>
        <p className="mb-3 text-14 text-ink-2">
          For when something is not right with their sales. Nothing goes out until somebody releases it; sales go on.
        </p>
        <ReasonForm
          label="Why"
          button="Hold all payouts"
          danger
          busy={hold.isPending}
          error={hold.error}
          onSubmit={(reason) => hold.mutate(reason)}
        />
      </Card>
    </Section>
  );
}
