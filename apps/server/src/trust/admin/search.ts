// The one search box: an order's number, a person, or any id of ours or the provider's.
import type { Hit } from '@videowindow/contract/api/desk';
import { format } from '@videowindow/contract/money';
import type { Reader } from '#platform/database';
import type { AdminDeps } from './index.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RECENT = 10;

/** What a text finds; the best first, each once. */
export const search = async (deps: AdminDeps, text: string): Promise<Hit[]> => {
  const { db } = deps.database;
  const q = text.trim();
  const hits: Hit[] = [];
  const number = /^#?(\d{1,12})$/.exec(q)?.[1];
  if (number) hits.push(...(await ordersOf(deps, db, { number: Number(number) })));
  if (UUID.test(q)) hits.push(...(await byOurId(deps, db, q.toLowerCase())));
  const person =
    q.includes('@') && !q.startsWith('@')
      ? await deps.identity.userByEmail(db, q.toLowerCase())
      : await deps.identity.userByHandle(db, q.replace(/^@/, '').toLowerCase());
  if (person) {
    hits.push(...(await ordersOf(deps, db, { personId: person.id })));
    hits.push(...(await payoutHits(deps, db, { makerId: person.id })));
  }
  if (/^[a-z]{2,4}_\w+$/.test(q)) hits.push(...(await byProvidersId(deps, db, q)));
  return [...new Map(hits.map((hit) => [`${hit.kind} ${hit.id}`, hit])).values()];
};

const ordersOf = async (
  deps: AdminDeps,
  reader: Reader,
  by: { number: number } | { personId: string },
): Promise<Hit[]> =>
  (await deps.orders.search(reader, by, RECENT)).map((order) => ({
    kind: 'order',
    id: order.id,
    title: `Order ${order.number}, ${order.title}`,
    detail: `${order.state.replaceAll('_', ' ')} · ${format(order.item, 'en')}`,
  }));

const byOurId = async (deps: AdminDeps, reader: Reader, id: string): Promise<Hit[]> => {
  const order = await deps.orders.find(reader, id);
  const payments = [id, ...(await deps.payments.ofLock(reader, id))];
  const payout = await deps.payouts.find(reader, id);
  const disputes = await deps.disputes.byIds(reader, [id]);
  return [
    ...(order
      ? [
          {
            kind: 'order' as const,
            id,
            title: `Order ${order.number}, ${order.title}`,
            detail: `${order.state.replaceAll('_', ' ')} · ${format(order.item, 'en')}`,
          },
        ]
      : []),
    ...(await paymentHits(deps, reader, payments)),
    ...(payout
      ? [
          {
            kind: 'payout' as const,
            id,
            title: `Payout of ${format(payout.payout.amount, 'en')}`,
            detail: payout.payout.state,
          },
        ]
      : []),
    ...disputes.map(disputeHit),
  ];
};

const byProvidersId = async (deps: AdminDeps, reader: Reader, id: string): Promise<Hit[]> => {
  const payments = (await deps.payments.paymentsOf(reader, [id])).values();
  const disputes = [...(await deps.disputes.paymentsOf(reader, [id])).values()];
  return [
    ...(await deps.disputes.ofPayments(reader, disputes)).map(disputeHit),
    ...(await paymentHits(deps, reader, [...payments, ...disputes])),
    ...(await payoutHits(deps, reader, { providerId: id })),
  ];
};

const disputeHit = (dispute: {
  id: string;
  title: string;
  state: string;
  amount: Parameters<typeof format>[0];
}): Hit => ({
  kind: 'dispute',
  id: dispute.id,
  title: `Dispute about ${dispute.title || 'a payment'}`,
  detail: `${dispute.state.replaceAll('_', ' ')} · ${format(dispute.amount, 'en')}`,
});

const paymentHits = async (deps: AdminDeps, reader: Reader, ids: readonly string[]): Promise<Hit[]> => {
  const hits: Hit[] = [];
  for (const id of new Set(ids)) {
    const payment = await deps.payments.find(reader, id);
    if (!payment) continue;
    hits.push({
      kind: 'payment',
      id,
      title: `Payment of ${format(payment.amount, 'en')}`,
      detail: payment.state.replaceAll('_', ' '),
    });
  }
  return hits;
};

const payoutHits = async (
  deps: AdminDeps,
  reader: Reader,
  by: { providerId: string } | { makerId: string },
): Promise<Hit[]> =>
  (await deps.payouts.search(reader, by)).map((payout) => ({
    kind: 'payout',
    id: payout.id,
    title: `Payout of ${format(payout.amount, 'en')}`,
    detail: payout.state.replaceAll('_', ' '),
  }));
