import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OfferPolicy } from '@videowindow/contract/api/people';
import { Button, Card, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { focusProblem } from '../../lib/focus-problem.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { OfferPolicyFields } from '../commerce/offer-policy-fields.tsx';
import { type PolicyProblems, policyFormOf, policyOf } from '../commerce/policy-terms.ts';

/** How this maker takes offers, copied into the terms of each new piece. */
export function OfferPolicyForm({ policy, currency }: { policy: OfferPolicy; currency: string }) {
  const [form, setForm] = useState(() => policyFormOf(policy));
  const [problems, setProblems] = useState<PolicyProblems>({});
  const queries = useQueryClient();
  const { toast } = useVoice();
  const save = useMutation({
    mutationFn: (offerPolicy: OfferPolicy) => client.call('PATCH /makers/me', { body: { offerPolicy } }),
    onSuccess: (account) => {
      queries.setQueryData(keyOf('GET /makers/me'), account);
      toast({ text: 'Saved. New pieces begin with it.', tone: 'good' });
    },
  });
  return (
    <Card className="p-5">
      <form
        noValidate
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (save.isPending) return;
          const read = policyOf(form, currency);
          setProblems(read.problems);
          if (Object.keys(read.problems).length === 0) save.mutate(read.policy);
          else focusProblem(event.currentTarget);
        }}
      >
        <OfferPolicyFields
          form={form}
          problems={problems}
          currency={currency}
          onChange={(part) => setForm((before) => ({ ...before, ...part }))}
        />
        {save.isError && (
          <p role="alert" className="rounded-control bg-madder/8 px-4 py-3 text-14 text-madder">
            {sentenceOf(save.error)}
          </p>
        )}
        <Button type="submit" size="large" busy={save.isPending}>
          Save
        </Button>
      </form>
    </Card>
  );
}
