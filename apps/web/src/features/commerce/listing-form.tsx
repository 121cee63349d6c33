import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { Listing, ListingTerms } from '@videowindow/contract/api/commerce';
import {
  Button,
  Card,
  FormProblem,
  ListSkeleton,
  MoneyField,
  Section,
  Select,
  StatusChip,
  useVoice,
} from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { focusProblem } from '../../lib/focus-problem.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { AdditionForm } from './addition-form.tsx';
import { FixedPriceFields } from './fixed-price-fields.tsx';
import { formOf, noProblems, type TermsForm, type TermsProblems, termsOf } from './listing-terms.ts';
import { OfferPolicyFields } from './offer-policy-fields.tsx';
import { pieceChip } from './piece-states.ts';
import { returnChoices } from './returns-words.ts';
import { SaleKind } from './sale-kind.tsx';
import { WayOfSending } from './way-of-sending.tsx';

/** How the piece of a story is sold; before the first save it is not for sale. */
export function ListingPart({ storyId, storyListed }: { storyId: string; storyListed: boolean }) {
  const params = { storyId };
  const listing = useQuery(read('GET /stories/:storyId/listing', { params }));
  const maker = useQuery(read('GET /makers/me'));
  const profiles = useQuery(read('GET /makers/me/shipping-profiles'));
  const site = useSite();
  if (listing.isPending || maker.isPending || profiles.isPending || !site) return <ListSkeleton rows={3} />;
  if (listing.isError && !isApiError(listing.error, 'not_found')) {
    return (
      <p role="alert" className="text-madder">
        {sentenceOf(listing.error)}{' '}
        <button type="button" className="min-h-11 font-semibold underline" onClick={() => void listing.refetch()}>
          Try again
        </button>
      </p>
    );
  }
  const current = listing.data ?? null;
  return (
    <div className="grid max-w-[40rem] gap-6">
      {maker.data && maker.data.payoutAccount.state !== 'enabled' && (
        <p className="rounded-card bg-amber/10 p-4 text-ink-2">
          You can write the terms now. Before an auction can open, link a payout account:{' '}
          <Link to="/studio/start" className="font-semibold text-indigo underline">
            do it here
          </Link>
          .
        </p>
      )}
      {current && <ListingState listing={current} storyListed={storyListed} />}
      {current && (isFrozen(current) || current.additions.length > 0) && (
        <AdditionForm listing={current} open={isFrozen(current)} />
      )}
      <ListingForm
        key={`${current?.id}-${current?.version}`}
        storyId={storyId}
        listing={current}
        initial={formOf(current, maker.data?.offerPolicy, profiles.data?.items[0])}
        currency={current?.currency ?? site.currency}
      />
    </div>
  );
}

const SOON = 'It is for sale as soon as the story is in the feed.';
const stateWords: Record<Listing['state'], string> = {
  available: 'It is for sale.',
  in_auction: 'An auction is running. What buyers rely on cannot change now.',
  locked: 'It is held for a buyer. What they rely on cannot change now.',
  sold: 'It is sold.',
  paused: 'Paused: nobody can buy it, or make an offer.',
  withdrawn: 'No longer for sale.',
};

/** Whether buyers rely on what it says now. */
const isFrozen = ({ state, unitsHeld }: Listing): boolean =>
  state === 'in_auction' || state === 'locked' || (unitsHeld > 0 && state !== 'sold');

function stateSentence(listing: Listing, storyListed: boolean): string {
  if (!storyListed && listing.state === 'available') return SOON;
  if (listing.kind === 'offers') return stateWords[listing.state];
  if (listing.state === 'sold') return 'All of them are sold.';
  if (listing.unitsHeld === 0) return stateWords[listing.state];
  const held = listing.unitsHeld === 1 ? 'One piece is' : `${listing.unitsHeld} pieces are`;
  return `${held} being paid for right now. What buyers rely on cannot change until then.`;
}

function ListingState({ listing, storyListed }: { listing: Listing; storyListed: boolean }) {
  const standing = pieceChip({ ...listing, storyListed });
  const queries = useQueryClient();
  const { toast } = useVoice();
  const act = useMutation({
    mutationFn: (command: 'pause' | 'resume' | 'withdraw') => {
      const input = { params: { id: listing.id } };
      if (command === 'pause') return client.call('POST /listings/:id/pause', input);
      if (command === 'resume') return client.call('POST /listings/:id/resume', input);
      return client.call('POST /listings/:id/withdraw', input);
    },
    onSuccess: () =>
      queries.invalidateQueries({
        queryKey: keyOf('GET /stories/:storyId/listing', { params: { storyId: listing.storyId } }),
      }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  const buttons = [
    { command: 'pause', label: 'Pause' },
    { command: 'resume', label: 'Sell it again' },
    { command: 'withdraw', label: 'No longer for sale' },
  ] as const;
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3">
      <div className="grid gap-1">
        <span>
          <StatusChip tone={standing.tone}>{standing.label}</StatusChip>
        </span>
        <p className="text-ink-2">{stateSentence(listing, storyListed)}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        {buttons
          .filter(({ command }) => listing.possible.includes(command))
          .map(({ command, label }) => (
            <Button
              key={command}
              variant="secondary"
              busy={act.isPending && act.variables === command}
              onClick={() => act.mutate(command)}
            >
              {label}
            </Button>
          ))}
      </div>
    </Card>
  );
}

type FormProps = { storyId: string; listing: Listing | null; initial: TermsForm; currency: string };

function ListingForm({ storyId, listing, initial, currency }: FormProps) {
  const [form, setForm] = useState(initial);
  const [problems, setProblems] = useState<TermsProblems>(noProblems);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const set = (part: Partial<TermsForm>) => setForm((before) => ({ ...before, ...part }));
  const frozen = listing !== null && (isFrozen(listing) || listing.state === 'sold');

  const save = useMutation({
    mutationFn: (terms: ListingTerms) => send(storyId, terms),
    onSuccess: (saved) => {
      queries.setQueryData(keyOf('GET /stories/:storyId/listing', { params: { storyId } }), saved);
      toast({
        text: listing ? 'The terms are saved.' : SOON,
        tone: 'good',
      });
    },
  });
  const money = (field: 'askingPrice' | 'reserve' | 'buyNow') => ({
    currency,
    value: form[field],
    onChange: (text: string) => set({ [field]: text }),
    error: problems[field],
  });

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (save.isPending) return;
        const read = termsOf(form, currency);
        setProblems(read.ok ? noProblems : read.problems);
        if (read.ok) save.mutate(listing ? { ...read.terms, version: listing.version } : read.terms);
        else focusProblem(event.currentTarget);
      }}
    >
      <fieldset disabled={frozen}>
        <Section title="Price">
          <div className="grid gap-5">
            <SaleKind value={form.kind} onChange={(kind) => set({ kind })} />
            {form.kind === 'offers' ? (
              <>
                <MoneyField
                  label="Asking price"
                  optional
                  hint="Shown to everybody. Without it people only offer."
                  {...money('askingPrice')}
                />
                <OfferPolicyFields form={form} problems={problems.policy} currency={currency} onChange={set} />
                {form.acceptsOffers && (
                  <div className="grid gap-5 sm:grid-cols-2">
                    <MoneyField
                      label="Reserve"
                      optional
                      hint="Below it an auction ends without a sale. Bidders see only whether it is met."
                      {...money('reserve')}
                    />
                    <MoneyField
                      label="Buy now"
                      optional
                      hint="Early in the auction somebody may have it at once for this."
                      {...money('buyNow')}
                    />
                  </div>
                )}
              </>
            ) : (
              <FixedPriceFields form={form} problems={problems.fixed} currency={currency} onChange={set} />
            )}
          </div>
        </Section>
        <Section title="How the buyer gets it">
          <WayOfSending form={form} problems={problems.shipping} currency={currency} onChange={set} />
        </Section>
        <Section title="If it does not please">
          <div className="grid gap-5 sm:grid-cols-2">
            <Select
              label="It may be sent back"
              value={String(form.returns.days)}
              options={returnChoices}
              onChange={({ target }) => {
                const choice = returnChoices.find(({ value }) => value === target.value);
                if (choice) set({ returns: { ...form.returns, days: choice.days } });
              }}
            />
            {form.returns.days > 0 && (
              <Select
                label="Who pays for that parcel"
                value={form.returns.postage}
                options={[
                  { value: 'buyer', label: 'The buyer' },
                  { value: 'maker', label: 'I do' },
                ]}
                onChange={({ target }) =>
                  set({ returns: { ...form.returns, postage: target.value === 'maker' ? 'maker' : 'buyer' } })
                }
              />
            )}
          </div>
        </Section>
        {save.isError && (
          <FormProblem className="mt-5">
            {sentenceOf(save.error)}
            {isApiError(save.error) &&
              save.error.fields.map((field) => (
                <span key={field.path} className="block">
                  {field.path}: {field.message}
                </span>
              ))}
          </FormProblem>
        )}
        <div className="mt-6">
          <Button type="submit" size="large" busy={save.isPending} disabled={frozen}>
            {listing ? 'Save the terms' : 'Put it up for sale'}
          </Button>
        </div>
      </fieldset>
    </form>
  );
}

const send = (storyId: string, terms: ListingTerms) =>
  client.call('PUT /stories/:storyId/listing', { params: { storyId }, body: terms });
