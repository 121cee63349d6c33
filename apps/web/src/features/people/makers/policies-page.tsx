// How a maker sells, in their own words, and where they work.
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Policies } from '@videowindow/contract/api/makers';
import { Button, buttonClass, FormProblem, Section, TextArea, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { useMe } from '../../../app/session.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { StudioPage } from '../../content/studio-nav.tsx';
import { PlacesPart } from './places-part.tsx';
import { useKeepPage } from './use-keep-page.ts';

const fields: readonly { about: keyof Policies; label: string; hint: string }[] = [
  { about: 'shipping', label: 'Sending', hint: 'How you pack, when you send, where to.' },
  { about: 'returns', label: 'Returns', hint: 'Whether and how long a piece can come back, and who pays for the way.' },
  { about: 'commissions', label: 'Custom work', hint: 'Whether you take orders, how they go, how long they take.' },
  { about: 'care', label: 'Care of the pieces', hint: 'How to clean and keep them.' },
];

export function StudioPoliciesPage() {
  // Written in: what comes meanwhile must not replace what is typed.
  const page = useQuery({ ...read('GET /makers/me/page'), refetchOnWindowFocus: false });
  const me = useMe();
  return (
    <StudioPage title="How you sell">
      <div className="max-w-[36rem]">
        <p className="mb-6 text-ink-2">
          Everybody can read this on your page, before they buy. What a single piece says for itself goes first.
        </p>
        <Loaded query={page}>
          {(value) => (
            <>
              <Section title="In your words">
                <PoliciesForm policies={value.policies} />
              </Section>
              <Section title="Where you work">
                <PlacesPart places={value.places} />
              </Section>
              {me && (
                <p className="mt-8">
                  <Link
                    to="/@{$handle}/about"
                    params={{ handle: me.handle }}
                    className={buttonClass({ variant: 'secondary' })}
                  >
                    See it as others do
                  </Link>
                </p>
              )}
            </>
          )}
        </Loaded>
      </div>
    </StudioPage>
  );
}

function PoliciesForm({ policies }: { policies: Policies }) {
  const [form, setForm] = useState(policies);
  const keep = useKeepPage();
  const { toast } = useVoice();
  const save = useMutation({
    mutationFn: (body: Policies) => client.call('PUT /makers/me/policies', { body }),
    onSuccess: (saved) => {
      keep(saved);
      toast({ text: 'Saved.', tone: 'good' });
    },
  });
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate(form);
      }}
    >
      {fields.map(({ about, label, hint }) => (
        <TextArea
          key={about}
          label={label}
          hint={hint}
          optional
          maxLength={4000}
          value={form[about]}
          onChange={(event) => setForm((before) => ({ ...before, [about]: event.target.value }))}
        />
      ))}
      {save.isError && <FormProblem>{sentenceOf(save.error)}</FormProblem>}
      <Button type="submit" busy={save.isPending} className="justify-self-start">
        Save your words
      </Button>
    </form>
  );
}
