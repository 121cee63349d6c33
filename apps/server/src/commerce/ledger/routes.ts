// HTTP of the ledger: each maker reads their own.
import type { Actor } from '@videowindow/contract';
import { ledgerApi } from '@videowindow/contract/api/commerce';
import type { Money } from '@videowindow/contract/money';
import type { Reader } from '#platform/database';
import { authorize, implement, personId } from '#platform/http';
import { feeInvoiceFile, feeInvoicesOf } from './fee-invoices.ts';
import { type LedgerReads, monthFile, monthOf, monthsOf, yearFile, yearOf } from './queries.ts';

type BalanceLine = { at: string; kind: string; orderId: string | null; amount: number; currency: string };

export type StatementDeps = LedgerReads & {
  /** The name that stands on a summary. */
  makerName(reader: Reader, makerId: string): Promise<string>;
  statement(
    reader: Reader,
    makerId: string,
  ): Promise<{ held: Money; frozen: Money; debt: Money; paidOut: Money; lines: BalanceLine[] }>;
};

const maker = (actor: Actor): string => {
  authorize(actor, 'ledger.read', { ownerId: actor.id });
  return personId(actor);
};

const file = (name: string, text: string) => ({ name: `${name}.csv`, bytes: Buffer.from(text) });

export const ledgerRoutes = (deps: StatementDeps) =>
  implement(ledgerApi, {
    'GET /makers/me/balance': async ({ context }) => await deps.statement(deps.database.db, maker(context.actor)),
    'GET /makers/me/statements': async ({ context }) => ({
      currency: deps.currency,
      months: await monthsOf(deps, maker(context.actor)),
    }),
    'GET /makers/me/statements/:month': async ({ params, context }) =>
      await monthOf(deps, maker(context.actor), params.month),
    'GET /makers/me/statements/:month/file': async ({ params, context }) =>
      file(`statement-${params.month}`, await monthFile(deps, maker(context.actor), params.month)),
    'GET /makers/me/fee-invoices': async ({ context }) => ({
      items: await feeInvoicesOf(deps.database.db, maker(context.actor)),
    }),
    'GET /makers/me/fee-invoices/:id/file': async ({ params, context }) =>
      await feeInvoiceFile(deps.database.db, maker(context.actor), params.id),
    'GET /makers/me/tax/:year': async ({ params, context }) => {
      const id = maker(context.actor);
      return { ...(await yearOf(deps, id, params.year)), name: await deps.makerName(deps.database.db, id) };
    },
    'GET /makers/me/tax/:year/file': async ({ params, context }) =>
      file(`sales-${params.year}`, await yearFile(deps, maker(context.actor), params.year)),
  });
