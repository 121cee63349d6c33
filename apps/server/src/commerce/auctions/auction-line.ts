// The line of all auctions: bids that wait together are one batch; the maker's acceptance waits its turn among them.
import { type Actor, DomainError } from '@videowindow/contract';
import { type BidAnswer, type BidRequest, decideBids } from './bids.ts';
import { accept } from './commands.ts';
import { eligibilityOf } from './eligibility.ts';
import { createLine, HELD } from './line.ts';
import type { AuctionsDeps } from './parts.ts';
import type { Lot } from './store.ts';

type AcceptRequest = { actor: Actor; expectedSeq: number; requestId: string };
type Request = { bid: BidRequest } | { accept: AcceptRequest };
type Answer = { bid: BidAnswer } | { accept: Lot } | { failed: unknown };

/** The one way to an auction's price: bids and the maker's acceptance wait in the same line. */
export type AuctionLine = {
  bid(auctionId: string, request: BidRequest): Promise<BidAnswer>;
  accept(auctionId: string, request: AcceptRequest): Promise<Lot>;
};

export const lineOf = (deps: AuctionsDeps): AuctionLine => {
  const line = createLine<Request, Answer>(
    async (batch) => {
      const [first] = batch;
      if (first && 'accept' in first.request) {
        const { actor, expectedSeq, requestId } = first.request.accept;
        // A refusal is an answer; only what went wrong is tried again.
        return [
          await accept(deps, actor, first.key, expectedSeq, requestId).then((lot) => ({ accept: lot }), refusedOr),
        ];
      }
      const bids = batch.flatMap(({ key, request }) => ('bid' in request ? [{ key, request: request.bid }] : []));
      return (await decideBids(deps, bids)).map((bid) => (bid === HELD ? bid : { bid }));
    },
    (request) => 'accept' in request,
  );
  const assertEligible = eligibilityOf(deps);
  return {
    async bid(id, request) {
      await assertEligible(request.bidder, request.amount, id);
      const answer = await line.join(id, { bid: request });
      if ('bid' in answer) return answer.bid;
      throw new Error('a bid is answered as a bid');
    },
    async accept(id, request) {
      const answer = await line.join(id, { accept: request });
      if ('accept' in answer) return answer.accept;
      throw 'failed' in answer ? answer.failed : new Error('an acceptance is answered as one');
    },
  };
};

const refusedOr = (error: unknown): { failed: unknown } => {
  if (error instanceof DomainError) return { failed: error };
  throw error;
};
