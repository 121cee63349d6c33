// ledger: double entry, append-only. What anybody owes anybody is a sum of its lines, never a number kept beside them.
import { ledgerApi } from '@videowindow/contract/api/commerce';
import { type Money, money } from '@videowindow/contract/money';
import { newId, sha256 } from '#platform/crypto';
import type { Database, Reader, Tx } from '#platform/database';
import { authorize, implement, personId } from '#platform/http';
import type { Room } from '#platform/room';
import { type Entry, type LedgerAccount, problemOf } from './entry.ts';
import * as store from './store.ts';

export {
  type Entry,
  type EntryKind,
  type LedgerAccount,
  type Line,
  providerFeeEntry,
  quarantineEntry,
  refundEntry,
  refundSentEntry,
  type Share,
  saleEntry,
  transferEntry,
} from './entry.ts';

/** Lines of a statement; the whole of it comes as a file. */
const LINES_SHOWN = 200;

export type Ledger = ReturnType<typeof createLedger>;

export const createLedger = (deps: {
  database: Database;
  /** The marketplace's settlement currency. */
  currency: string;
  /** The orders that came of payments, by payment; the room above knows them. */
  ordersOfPayments(reader: Reader, paymentIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}) => {
  const { database, currency } = deps;

  const balance = (reader: Reader, account: LedgerAccount, owner: string | null = null): Promise<Money> =>
    store.sumOf(reader, account, owner, currency);

  const statement = async (reader: Reader, makerId: string) => {
    const [owed, paidOut, lines] = [
      await balance(reader, 'maker_payable', makerId),
      await store.paidOutTo(reader, makerId, currency),
      await store.payableLines(reader, makerId, LINES_SHOWN),
    ];
    const paymentIds = [...new Set(lines.flatMap(({ paymentId }) => paymentId ?? []))];
    const orders = await deps.ordersOfPayments(reader, paymentIds);
    return {
      held: money(-owed.amount, currency),
      paidOut,
      lines: lines.map(({ at, paymentId, ...line }) => ({
        ...line,
        at: at.toISOString(),
        orderId: (paymentId && orders.get(paymentId)) ?? null,
      })),
    };
  };

  const room: Room = {
    routes: [
      implement(ledgerApi, {
        'GET /makers/me/balance': async ({ context }) => {
          authorize(context.actor, 'ledger.read', { ownerId: context.actor.id });
          return await statement(database.db, personId(context.actor));
        },
      }),
    ],
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
      return earlier === null;
    },
    /** Debits less credits of an account in the settlement currency; derived from its lines. */
    balance,
    /** What is held for a maker, what went to them, and the newest lines behind it. */
    statement,
  };
};
