// admin: the desk of those who answer for the money. It owns nothing; it reads the rooms of commerce by their doors.
import { DomainError } from '@videowindow/contract';
import { deskApi, type LedgerEntry } from '@videowindow/contract/api/desk';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { money } from '@videowindow/contract/money';
import type { Disputes } from '#commerce/disputes';
import type { Ledger } from '#commerce/ledger';
import type { Locks } from '#commerce/locks';
import type { Orders } from '#commerce/orders';
import type { Payments } from '#commerce/payments';
import type { Payouts } from '#commerce/payouts';
import type { Identity } from '#people/identity';
import { recordAudit } from '#platform/audit';
import type { Database, Reader } from '#platform/database';
import { authorize, implement } from '#platform/http';
import type { Room } from '#platform/room';
import { search } from './search.ts';

export type AdminDeps = {
  database: Database;
  currency: string;
  identity: Identity;
  ledger: Ledger;
  payments: Payments;
  locks: Locks;
  orders: Orders;
  payouts: Payouts;
  disputes: Disputes;
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
};

export const createAdmin = (deps: AdminDeps): { room: Room } => {
  const { database, currency } = deps;

  const overview = async (reader: Reader) => {
    const { incidents, comparedAt } = await deps.payouts.books(reader);
    const accounts = await deps.ledger.balances(reader);
    return {
      accounts: accounts.map(({ account, amount }) => ({ account, balance: money(amount, currency) })),
      comparedAt: comparedAt?.toISOString() ?? null,
      incidents,
      quarantined: await deps.payments.quarantined(reader),
      stuckLocks: (await deps.locks.stuck(reader)).map(({ id, title, releasingAt }) => ({
        id,
        title,
        since: releasingAt.toISOString(),
      })),
      openDisputes: await deps.disputes.countOpen(reader),
      openCases: await deps.payouts.countCases(reader),
    };
  };

  const ledgerOf = async (reader: Reader, paymentId: string) => {
    if (!(await deps.payments.find(reader, paymentId))) throw new DomainError('not_found');
    const written = await deps.ledger.entriesOf(reader, paymentId);
    const owners = written.flatMap(({ lines }) => lines.flatMap(({ ownerId }) => ownerId ?? []));
    const people = await deps.people(reader, [...new Set(owners)]);
    const entries: LedgerEntry[] = written.map(({ id, kind, at, lines }) => ({
      id,
      kind,
      at: at.toISOString(),
      lines: lines.map(({ account, ownerId, amount, currency }) => ({
        account,
        owner: (ownerId && people.get(ownerId)) || null,
        amount: money(amount, currency),
      })),
    }));
    return {
      order: (await deps.orders.ofPayments(reader, [paymentId])).get(paymentId) ?? null,
      entries,
      disputes: await deps.disputes.ofPayments(reader, [paymentId]),
    };
  };

  const orderOf = async (reader: Reader, id: string) => {
    const order = await deps.orders.find(reader, id);
    if (!order) throw new DomainError('not_found');
    const people = await deps.people(reader, [order.buyerId, order.makerId]);
    const { number, title, state, item, shipping, fee, paymentId, lockId, shipment } = order;
    return {
      id,
      number,
      title,
      state,
      item,
      shipping,
      fee,
      paymentId,
      lockId,
      buyer: people.get(order.buyerId) ?? null,
      maker: people.get(order.makerId) ?? null,
      paidAt: order.paidAt.toISOString(),
      shipment: shipment && { ...shipment, shippedAt: shipment.shippedAt.toISOString() },
      timeline: (await deps.orders.timelineOf(reader, id)).map(({ at, kind, note }) => ({
        kind,
        note,
        at: at.toISOString(),
      })),
    };
  };

  const room: Room = {
    routes: [
      implement(deskApi, {
        'GET /admin/money': async ({ context }) => {
          authorize(context.actor, 'payment.manage');
          return await overview(database.db);
        },
        'POST /admin/money/compare': async ({ context }) => {
          authorize(context.actor, 'payment.manage');
          const differences = await deps.payouts.reconcile();
          await database.transaction((tx) =>
            recordAudit(tx, {
              actor: context.actor.id,
              action: 'books.compared',
              requestId: context.requestId,
              facts: { differences: differences.length },
            }),
          );
          return { differences: differences.length };
        },
        'POST /admin/incidents/:id/close': async ({ params, body, context }) =>
          await deps.payouts.closeIncident(context.actor, params.id, body.note.trim(), context.requestId),
        'GET /admin/money/search': async ({ query, context }) => {
          authorize(context.actor, 'payment.manage');
          return { hits: await search(deps, query.q) };
        },
        'GET /admin/orders/:id': async ({ params, context }) => {
          authorize(context.actor, 'payment.manage');
          return await orderOf(database.db, params.id);
        },
        'GET /admin/payments/:id/ledger': async ({ params, context }) => {
          authorize(context.actor, 'payment.manage');
          return await ledgerOf(database.db, params.id);
        },
        'GET /admin/payouts/:id': async ({ params, context }) => {
          authorize(context.actor, 'payment.manage');
          const found = await deps.payouts.find(database.db, params.id);
          if (!found) throw new DomainError('not_found');
          const { makerId, ...payout } = found;
          return { ...payout, maker: (await deps.people(database.db, [makerId])).get(makerId) ?? null };
        },
        'POST /admin/locks/:id/release': async ({ params, body, context }) =>
          await deps.locks.override(context.actor, params.id, body.reason.trim(), context.requestId),
      }),
    ],
  };
  return { room };
};
