// ledger: double entry, append-only. What anybody owes anybody is a sum of its lines, never a number kept beside them.
import { type Money, money } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { newId, sha256 } from '#platform/crypto';
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { type Entry, type LedgerAccount, problemOf } from './entry.ts';
import { type FeeInvoicesDeps, feeInvoiceFile, issueFeeInvoices } from './fee-invoices.ts';
import type { LedgerReads } from './queries.ts';
import { ledgerRoutes, type StatementDeps } from './routes.ts';
import * as store from './store.ts';

export {
  disputeFeeEntry,
  disputeFrozenEntry,
  disputeGivenBackEntry,
  disputeLostEntry,
  disputeRefundedEntry,
  disputeTakenEntry,
  disputeUnfrozenEntry,
} from './dispute-entries.ts';
export {
  type Entry,
  type EntryKind,
  type LedgerAccount,
  type Line,
  nettingEntry,
  ownFeeEntry,
  providerFeeEntry,
  quarantineEntry,
  refundEntry,
  refundFailedEntry,
  refundSentEntry,
  returnLabelEntry,
  reversalEntry,
  type Share,
  saleEntry,
  shortfallEntry,
  sumOf,
  taxIn,
  transferEntry,
  withdrawalEntry,
} from './entry.ts';

import { personal } from './personal.ts';

/** Lines of a statement; the whole of it comes as a file. */
const LINES_SHOWN = 200;

export type LedgerDeps = LedgerReads & Pick<StatementDeps, 'makerName'> & Pick<FeeInvoicesDeps, 'seller' | 'events'>;

export type Ledger = ReturnType<typeof createLedger>;

export const createLedger = (deps: LedgerDeps) => {
  const { database, currency } = deps;

  const balance = (reader: Reader, account: LedgerAccount, owner: string | null = null): Promise<Money> =>
    store.sumOf(reader, account, owner, currency);

  const statement = async (reader: Reader, makerId: string) => {
    const [owed, frozen, debt, paidOut, lines] = [
      await balance(reader, 'maker_payable', makerId),
      await balance(reader, 'maker_reserve', makerId),
      await balance(reader, 'maker_debt', makerId),
      await store.paidOutTo(reader, makerId, currency),
      await store.payableLines(reader, makerId, LINES_SHOWN),
    ];
    const paymentIds = [...new Set(lines.flatMap(({ paymentId }) => paymentId ?? []))];
    const orders = await deps.ordersOfPayments(reader, paymentIds);
    return {
      held: money(-owed.amount, currency),
      frozen: money(-frozen.amount, currency),
      debt,
      paidOut,
      lines: lines.map(({ at, paymentId, ...line }) => ({
        ...line,
        at: at.toISOString(),
        orderId: (paymentId && orders.get(paymentId)?.id) || null,
      })),
    };
  };

  const room: Room = {
    personal,
    routes: [ledgerRoutes({ ...deps, statement })],
    jobs: {
      // Every night: what a night has missed, the next one issues.
      'ledger.issue_fee_invoices': {
        cron: '20 3 * * *',
        async handle() {
          await issueFeeInvoices(deps);
        },
      },
    },
  };

  return {
    room,
    /**
     * Writes an entry in the caller's transaction. The same entry again is no entry.
     * @returns whether it was written now.
     * @throws Error when it does not balance, or when another entry has its key: both are bugs.
     */
    async post(tx: Tx, entry: Entry): Promise<boolean> {
      const problem = problemOf(entry.lines);
      if (problem) throw new Error(`ledger entry ${entry.key}: ${problem}`);
      const digest = sha256(JSON.stringify(entry.lines.map(({ account, owner, amount }) => [account, owner, amount])));
      const id = newId();
      const earlier = await store.insertEntry(tx, { id, digest, at: await database.now(tx) }, entry);
      if (earlier !== null && earlier !== digest) throw new Error(`ledger entry ${entry.key} was written otherwise`);
      if (earlier === null) {
        const moved = entry.lines.map(({ amount }) => amount).filter(({ amount }) => amount > 0);
        await recordAudit(tx, {
          actor: null,
          action: `money.${entry.kind}`,
          ...(entry.paymentId === null ? {} : { subject: entry.paymentId }),
          facts: { entry: id, moved },
        });
      }
      return earlier === null;
    },
    /** Debits less credits of an account in the settlement currency; derived from its lines. */
    balance,
    /** What is held for a maker, what went to them, and the newest lines behind it. */
    statement,
    /** What went to a maker's account at the provider and stayed there. */
    paidOut: (reader: Reader, makerId: string): Promise<Money> => store.paidOutTo(reader, makerId, currency),
    /** Of which sales a maker is owed what, in minor units, the oldest first: together what is held for them and frozen. */
    owedBySale: (reader: Reader, makerId: string, limit: number) =>
      store.owedBySale(reader, { id: makerId, currency }, limit),
    /** Payments whose money at the provider moved in our books since a moment. */
    movedSince: store.movedSince,
    /** What the provider holds of each payment by our books, in minor units of the settlement currency. */
    clearingOf: (reader: Reader, paymentIds: readonly string[]) => store.clearingOf(reader, paymentIds, currency),
    /** What every account has: debits less credits, in the settlement currency. */
    balances: (reader: Reader) => store.balancesOf(reader, currency),
    /** Our invoice to a maker as a PDF, for its mail. */
    feeInvoiceFile,
    /** All entries about a payment, oldest first. */
    entriesOf: store.entriesOf,
    /** What is on its way back to the buyer of a payment, in minor units. */
    inTransitOn: store.inTransitOn,
    /** All that a maker ever sold for, before fees and refunds, in minor units of the settlement currency. */
    grossOf: (reader: Reader, makerId: string): Promise<number> => store.grossOf(reader, makerId, currency),
  };
};
