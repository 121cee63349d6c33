// payouts: when makers have their money, and its way to their banks.
//
// Beyond the usual plan: `signals.ts` are the pure rules of what looks unusual, `funds.ts` those of the release, `release.ts` its commands, `hear.ts` the payouts as
// the provider tells of them.
import { type Actor, DomainError } from '@videowindow/contract';
import { payoutsApi } from '@videowindow/contract/api/commerce';
import type { HeardEvent } from '#commerce/payments';
import type { Tx } from '#platform/database';
import { authorize, implement, personId } from '#platform/http';
import type { Room } from '#platform/room';
import { closeIncident, findPayout, readBooks, searchPayouts } from './books.ts';
import { caseById, casesPage, countHolding, decideCase, holdByHand, LOOK_AGAIN, openCase, watch } from './cases.ts';
import type { PayoutsDeps } from './deps.ts';
import { refreshPayout, sweepPayouts } from './hear.ts';
import { personal } from './personal.ts';
import { fundsOf, payoutsPage } from './queries.ts';
import { reconcileBooks } from './reconcile.ts';
import {
  hold,
  lift,
  planEarlyRelease,
  RELEASE_EARLY,
  release,
  releaseEarly,
  releaseWhatIsFree,
  type Sale,
  tellOfThreshold,
} from './release.ts';

export { fundsRules } from './funds.ts';
export { payoutsSettings, readSignalRules, readThresholds } from './settings.ts';
export type { SalesProfile } from './signals.ts';

export type Payouts = ReturnType<typeof createPayouts>;

export const createPayouts = (deps: PayoutsDeps) => {
  const { settlement } = deps;
  const room: Room = {
    personal,
    routes: [
      implement(payoutsApi, {
        'GET /makers/me/funds': async ({ context }) => {
          authorize(context.actor, 'ledger.read', { ownerId: context.actor.id });
          return await fundsOf(deps, personId(context.actor));
        },
        'GET /makers/me/payouts': async ({ query, context }) => {
          authorize(context.actor, 'ledger.read', { ownerId: context.actor.id });
          return await payoutsPage(deps, personId(context.actor), query);
        },
        'GET /admin/cases': async ({ query, context }) => {
          authorize(context.actor, 'payment.manage');
          return await casesPage(deps, query);
        },
        'GET /admin/cases/:id': async ({ params, context }) => {
          authorize(context.actor, 'payment.manage');
          return await caseById(deps, params.id);
        },
        'POST /admin/makers/:id/hold': async ({ params, body, context }) =>
          await caseById(deps, await holdByHand(deps, context.actor, params.id, body.reason.trim(), context.requestId)),
        'POST /admin/cases/:id/keep': async ({ params, body, context }) => {
          await decideCase(deps, context.actor, params.id, 'keep', body.reason.trim(), context.requestId);
          return await caseById(deps, params.id);
        },
        'POST /admin/cases/:id/release': async ({ params, body, context }) => {
          await decideCase(deps, context.actor, params.id, 'release', body.reason.trim(), context.requestId);
          return await caseById(deps, params.id);
        },
      }),
    ],
    timers: { [RELEASE_EARLY]: (tx, orderId) => releaseEarly(deps, tx, orderId) },
    subscribers: [
      {
        name: 'payouts',
        on: {
          async 'order.placed'(tx, { payload }) {
            await tellOfThreshold(deps, tx, payload.makerId);
            await watch(deps, tx, payload.makerId);
          },
          async 'payment.refunded'(tx, { payload }) {
            for (const { makerId } of payload.makers) await watch(deps, tx, makerId);
          },
          async 'maker.account_barred'(tx, { payload: { makerId, why } }) {
            await openCase(deps, tx, makerId, { signals: ['provider'], facts: null, by: null, reason: why });
          },
          'order.delivered': async (tx, { payload, at }) => {
            if (payload.how === 'assumed_delivered') return;
            await planEarlyRelease(deps, tx, { orderId: payload.orderId, makerId: payload.makerId, at });
          },
          async 'maker.payout_account_changed'(tx, { payload: { makerId, state } }) {
            if (state === 'enabled') await deps.jobs.enqueue(tx, LOOK_AGAIN, { makerId });
          },
        },
      },
    ],
    jobs: {
      'books.reconcile': {
        cron: '40 2 * * *',
        async handle() {
          await reconcileBooks(deps);
        },
      },
      [LOOK_AGAIN]: { handle: ({ makerId }: { makerId: string }) => releaseWhatIsFree(deps, makerId) },
      'payouts.sweep': {
        cron: '17 * * * *',
        async handle() {
          await releaseWhatIsFree(deps, null);
          if (settlement) await sweepPayouts(deps, settlement);
        },
      },
    },
  };

  return {
    room,
    /** The money of sales. */
    funds: {
      /** It may go to the maker: now, or when nothing holds it any more. Twice is once. */
      release: (tx: Tx, sale: Sale) => release(deps, tx, sale),
      /** A bank disputes the sale: its money stays, before or after it was asked for. */
      hold: (tx: Tx, sale: Omit<Sale, 'payable'>) => hold(deps, tx, sale),
      /** The dispute is over. */
      lift: (tx: Tx, orderId: string) => lift(deps, tx, orderId),
    },
    /** Compares our ledger with the provider's books now. @throws DomainError capability_off */
    async reconcile() {
      if (!settlement) throw new DomainError('capability_off', { capability: 'payments' });
      return await reconcileBooks(deps);
    },
    /** Incidents, and when the books were compared last. */
    books: readBooks,
    closeIncident: (actor: Actor, id: string, note: string, requestId: string) =>
      closeIncident(deps, actor, id, note, requestId),
    /** Cases that nobody has looked at yet. */
    countCases: countHolding,
    find: findPayout,
    search: searchPayouts,
    /** What the provider says of payouts; for the room below that hears it. */
    async hear({ subject, account }: HeardEvent): Promise<void> {
      if (settlement && account) await refreshPayout(deps, settlement, account, subject);
    },
  };
};
