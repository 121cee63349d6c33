// disputes: buyers' banks take payments back or ask about them; the money is frozen, the evidence sent in time.
//
// Beyond the usual plan: `hear.ts` applies what the provider says, `evidence.ts` is the pure text of an answer, `entries.ts`
// what makers add to it, `files.ts` the files that go with it.
import type { HeardEvent } from '#commerce/payments';
import type { Reader } from '#platform/database';
import type { Room } from '#platform/room';
import { forget, gather, SEND, send, submitWhenDue } from './commands.ts';
import { type DisputesDeps, EVIDENCE } from './deps.ts';
import { PAPER } from './entries.ts';
import { showsEvidence } from './entry-store.ts';
import { FORGET, GATHER, hear, joinOrder, SUBMIT } from './hear.ts';
import { personalOf } from './personal.ts';
import { disputesRoutes, viewsOf } from './routes.ts';
import * as store from './store.ts';

export type { EvidenceFacts } from './evidence.ts';

const QUIET_MS = 6 * 3_600_000;

export type Disputes = ReturnType<typeof createDisputes>;

export const createDisputes = (deps: DisputesDeps) => {
  const { database, settlement } = deps;
  const room: Room = {
    personal: personalOf(deps.orders),
    routes: [disputesRoutes(deps)],
    sealed: [
      { table: 'disputes', column: 'evidence_sealed', purpose: EVIDENCE },
      { table: 'dispute_entries', column: 'paper_sealed', purpose: PAPER },
    ],
    timers: { [SUBMIT]: (tx, id) => submitWhenDue(deps, tx, id), [FORGET]: (tx, id) => forget(deps, tx, id) },
    subscribers: [
      { name: 'disputes', on: { 'order.placed': (tx, { payload }) => joinOrder(deps, tx, payload.orderId) } },
    ],
    jobs: {
      [GATHER]: { handle: ({ disputeId }: { disputeId: string }) => gather(deps, disputeId) },
      [SEND]: { handle: ({ disputeId }: { disputeId: string }) => send(deps, disputeId) },
      'disputes.sweep': {
        cron: '37 * * * *',
        async handle() {
          if (!settlement) return;
          const now = await database.now(database.db);
          for (const id of await store.quietSince(database.db, new Date(now.getTime() - QUIET_MS))) {
            await hear(deps, await settlement.readDispute(id));
          }
        },
      },
    },
  };
  return {
    room,
    /** What the provider says of disputes; for the room below that hears it. */
    async hear({ subject }: HeardEvent): Promise<void> {
      if (settlement) await hear(deps, await settlement.readDispute(subject));
    },
    /** The disputes of some payments as admins see them, newest first. */
    ofPayments: async (reader: Reader, paymentIds: readonly string[]) =>
      viewsOf(deps, await store.ofPayments(reader, paymentIds)),
    byIds: async (reader: Reader, ids: readonly string[]) => viewsOf(deps, await store.byIds(reader, ids)),
    countOpen: store.countOpen,
    /** By when the banks that dispute some payments are answered, by payment. */
    answersDue: store.answersDue,
    /** Whether a picture is evidence of some dispute, and so stays. */
    reliesOnMedia: showsEvidence,
    /** Payments by the provider's ids of their disputes. */
    paymentsOf: (reader: Reader, providerIds: readonly string[]) => store.paymentsOf(reader, providerIds),
  };
};
