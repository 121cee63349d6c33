// The way of a maker's money to their bank: who they are, what is held, what was paid out.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { format } from '@videowindow/contract';
import type { MakerFunds, Payout } from '@videowindow/contract/api/commerce';
import { Card, EmptyState, Price, Section, Skeleton, StatusChip, Timeline, type TimelineStep } from '@videowindow/ui';
import { ChevronDown, Landmark } from 'lucide-react';
import { date, dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { Paged } from '../../../lib/paged.tsx';
import { read, readPages } from '../../../lib/queries.ts';
import { StudioPage } from '../../content/studio-nav.tsx';
import { PayoutAccount } from '../../people/payout-account.tsx';
import { reviewWords } from './money-words.ts';
import { HeldSales } from './owed-sales.tsx';
import { payoutStates, payoutSteps } from './payout-words.ts';

export function StudioPayoutsPage() {
  const funds = useQuery(read('GET /makers/me/funds'));
  const maker = useQuery(read('GET /makers/me'));
  const payouts = useInfiniteQuery(readPages('GET /makers/me/payouts'));
  return (
    <StudioPage title="Payouts">
      <Loaded query={funds} skeleton={<Skeleton className="h-40 w-full rounded-card" />}>
        {({ atProvider, atBank, held, review, identity }) => (
          <>
            {review && <Review review={review} />}
            <div className="grid gap-3 sm:grid-cols-2">
              <Card>
                <h3 className="text-14 font-semibold text-ink-2">In your account at the provider</h3>
                <Price value={atProvider} size="large" />
                <p className="mt-1 text-14 text-ink-3">It goes to your bank by itself, some days after it came.</p>
              </Card>
              <Card>
                <h3 className="text-14 font-semibold text-ink-2">At your bank, or on its way there</h3>
                <Price value={atBank} size="large" />
                <p className="mt-1 text-14 text-ink-3">All payouts below that did not come back.</p>
              </Card>
            </div>
            {!identity.verified && (
              <Section title="Who you are">
                <Identity identity={identity} />
                <Loaded query={maker}>
                  {({ payoutAccount }) => (
                    <PayoutAccount account={payoutAccount} linkAgain={false} onLinkAgain={() => {}} />
                  )}
                </Loaded>
              </Section>
            )}
            <HeldSales held={held} />
          </>
        )}
      </Loaded>
      <Section title="Payouts">
        <Paged
          query={payouts}
          empty={
            <EmptyState icon={<Landmark aria-hidden size={26} />} title="Nothing went to your bank yet">
              When a buyer confirms, your part goes to your account at the provider, and from there to your bank.
            </EmptyState>
          }
        >
          {(items) => (
            <ul className="overflow-hidden rounded-card border border-line bg-sheet">
              {items.map((payout) => (
                <PayoutRow key={payout.id} payout={payout} />
              ))}
            </ul>
          )}
        </Paged>
      </Section>
    </StudioPage>
  );
}

/** A person looks at the sales: why, and what that means. */
function Review({ review }: { review: NonNullable<MakerFunds['review']> }) {
  const [signal = 'by_hand'] = review.signals;
  return (
    <Card className="mb-3 p-5">
      <StatusChip tone="due">Your payouts wait</StatusChip>
      <p className="mt-2 max-w-text text-ink-2">
        {reviewWords[signal]}{' '}
        {review.kept
          ? 'A person has looked at it, and your payouts go on waiting; their reason is in your inbox.'
          : `A person looks at it since ${date(review.since)}, most often within some days.`}{' '}
        You go on selling. What you earn is kept for you, and goes out by itself when all is well.
      </p>
    </Card>
  );
}

/** How near lifetime sales are to where the law wants an identity. */
function Identity({ identity }: { identity: MakerFunds['identity'] }) {
  const { gross, threshold } = identity;
  if (!threshold) return null;
  const part = Math.min(1, gross.amount / threshold.amount);
  const reached = part >= 1;
  return (
    <Card className="mb-3 p-5">
      <p className="mb-3 text-ink-2">
        {reached
          ? `You have sold for ${format(gross)}. From ${format(threshold)} on the law wants your identity checked before you are paid. You go on selling, and what you earn is kept for you until then.`
          : `You have sold for ${format(gross)}. At ${format(threshold)} your identity must be checked before more can be paid out. If you do it now, nothing has to wait.`}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in its own colours */}
      <div
        role="meter"
        aria-label="Sales on the way to the identity check"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(part * 100)}
        aria-valuetext={`${format(gross)} of ${format(threshold)}`}
        className="h-2.5 overflow-hidden rounded-full bg-ink/10"
      >
        <div
          className={reached ? 'h-full rounded-full bg-amber' : 'h-full rounded-full bg-moss'}
          style={{ width: `${Math.max(2, part * 100)}%` }}
        />
      </div>
    </Card>
  );
}

function PayoutRow({ payout }: { payout: Payout }) {
  const { label, tone } = payoutStates[payout.state];
  const running = payout.state === 'pending' || payout.state === 'in_transit';
  const steps: TimelineStep[] = payout.timeline.map(({ state, at }, index) => ({
    key: `${index}`,
    title: payoutSteps[state],
    note: dateTime(at),
    state: state === 'failed' ? 'failed' : running && index === payout.timeline.length - 1 ? 'now' : 'done',
  }));
  if (running)
    steps.push({ key: 'bank', title: 'In your bank', note: `about ${date(payout.arrivesAt)}`, state: 'next' });
  return (
    <li className="border-b border-line last:border-b-0">
      <details className="group">
        <summary className="flex min-h-16 cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 transition-colors duration-120 hover:bg-ink/4">
          <span className="figures grow font-semibold">{format(payout.amount)}</span>
          <StatusChip tone={tone}>{label}</StatusChip>
          <span className="basis-full text-14 text-ink-3 sm:basis-auto">
            {running ? `There about ${date(payout.arrivesAt)}` : date(payout.timeline.at(-1)?.at ?? payout.madeAt)}
          </span>
          <ChevronDown aria-hidden size={18} className="shrink-0 text-ink-3 group-open:rotate-180" />
        </summary>
        <div className="px-4 pt-1 pb-5">
          {payout.failure && (
            <p className="mb-4 rounded-control bg-madder/8 px-4 py-3 text-14 text-madder">
              {payout.failure} The money is in your account at the provider again. Check your bank account there; it is
              sent once more by itself.
            </p>
          )}
          <Timeline steps={steps} />
        </div>
      </details>
    </li>
  );
}
