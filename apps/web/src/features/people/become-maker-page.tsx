// The way to selling: say that one makes things, link the account that is paid, choose how offers are taken.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { MakerAccount } from '@videowindow/contract/api/people';
import { Button, buttonClass, Page, Section, Skeleton, Timeline } from '@videowindow/ui';
import { sessionQuery, useHasRole } from '../../app/session.ts';
import { useSite } from '../../app/site.tsx';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { StudioPage } from '../content/studio-nav.tsx';
import { AskToSell } from './makers/ask-to-sell.tsx';
import { OfferPolicyForm } from './offer-policy-form.tsx';
import { PayoutAccount } from './payout-account.tsx';

const route = getRouteApi('/signed-in/studio/start');

/** The provider's word comes by its own way, a moment after the person is back. */
const ASK_AGAIN_MS = 3_000;

export function BecomeMakerPage() {
  return useHasRole('maker') ? <SellingPage /> : <JoinPage />;
}

function JoinPage() {
  useTitle('Become a maker');
  const asking = useQuery(read('GET /makers/me/application'));
  return (
    <Page width="form" title="Become a maker" intro="Show how a piece comes into being, and let people offer for it.">
      <div className="mb-8">
        <Timeline
          steps={[
            {
              key: 'join',
              title: 'Say that you make things',
              note: asking.data?.reviewed
                ? 'Somebody reads what you make, then the studio is open.'
                : 'One press, and the studio is open.',
              state: 'now',
            },
            {
              key: 'payout',
              title: 'Link a payout account',
              note: "Some minutes on the payment provider's page. It can wait until you sell.",
              state: 'next',
            },
            { key: 'story', title: 'Tell the story of a piece', note: 'A video and a few words.', state: 'next' },
            {
              key: 'sell',
              title: 'Sell, send, be paid',
              note: 'The money is held until the buyer has the piece.',
              state: 'next',
            },
          ]}
        />
      </div>
      <Loaded query={asking} skeleton={<Skeleton className="h-12 w-full" />}>
        {({ reviewed, application }) => (reviewed ? <AskToSell application={application} /> : <JoinAtOnce />)}
      </Loaded>
    </Page>
  );
}

function JoinAtOnce() {
  const queries = useQueryClient();
  const join = useMutation({
    mutationFn: () => client.call('POST /makers'),
    onSuccess: (account) => {
      queries.setQueryData(keyOf('GET /makers/me'), account);
      return queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  return (
    <>
      {join.isError && (
        <p role="alert" className="mb-4 rounded-control bg-madder/8 px-4 py-3 text-14 text-madder">
          {sentenceOf(join.error)}
        </p>
      )}
      <Button size="large" wide busy={join.isPending} onClick={() => join.mutate()}>
        I make things
      </Button>
    </>
  );
}

function SellingPage() {
  const { link } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({
    ...read('GET /makers/me'),
    refetchInterval: ({ state }) => (state.data && !isLinked(state.data) ? ASK_AGAIN_MS : false),
  });
  const site = useSite();
  return (
    <StudioPage title="Payout account">
      <Loaded query={query} skeleton={<SellingSkeleton />}>
        {(account) => (
          <div className="max-w-[36rem]">
            <Section title="Payout account">
              <div aria-live="polite">
                <PayoutAccount
                  account={account.payoutAccount}
                  linkAgain={link === 'again'}
                  onLinkAgain={() => void navigate({ search: {}, replace: true })}
                />
              </div>
            </Section>
            <Section title="How you take offers">
              <p className="mb-4 text-ink-2">Each new piece starts with these terms. You can change them there.</p>
              {site ? (
                <OfferPolicyForm policy={account.offerPolicy} currency={site.currency} />
              ) : (
                <Skeleton className="h-60 w-full rounded-card" />
              )}
            </Section>
            {isLinked(account) && (
              <p className="mt-8">
                <Link to="/create" className={buttonClass({ variant: 'secondary', wide: true, size: 'large' })}>
                  Tell the story of a piece
                </Link>
              </p>
            )}
          </div>
        )}
      </Loaded>
    </StudioPage>
  );
}

const isLinked = (account: MakerAccount): boolean => account.payoutAccount.state === 'enabled';

function SellingSkeleton() {
  return (
    <div role="status" className="grid max-w-[36rem] gap-4">
      <span className="sr-only">Loading</span>
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-36 w-full rounded-card" />
      <Skeleton className="mt-4 h-5 w-40" />
      <Skeleton className="h-60 w-full rounded-card" />
    </div>
  );
}
