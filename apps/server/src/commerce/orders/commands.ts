// Orders: placed when the money is here, shipped or handed over, confirmed.
import { type Actor, DomainError } from '@videowindow/contract';
import { orderMachine } from '@videowindow/contract/machines/order';
import { add, type Money, money, zero } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { equalInConstantTime, newId, randomDigits } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { keepPiece } from './as-sold.ts';
import { followCarrier } from './carriers.ts';
import { keepHome } from './homes.ts';
import { issueInvoice } from './invoices.ts';
import { insertLines } from './lines.ts';
import { cancelsAt, estimatedBy, mayTryCode, nextShipReminder, shipBy } from './order.ts';
import {
  ADDRESS,
  ASSUME_DELIVERED,
  about,
  addressOf,
  CANCEL_UNSENT,
  HANDOVER,
  isSettled,
  next,
  type OrdersDeps,
  ownOrder,
  REMIND_TO_SHIP,
  rulesOf,
} from './parts.ts';
import { complete, deliver } from './progress.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';
import type { Tax } from './tax.ts';
import { hostOf } from './together.ts';
import { lawfulReturns } from './withdrawal.ts';

/** A payment was captured: the lock is paid, the piece sold and the order placed, in one transaction. Twice is once. */
export const place = async (
  deps: OrdersDeps,
  tx: Tx,
  payment: { paymentId: string; lockId: string; amount: Money },
): Promise<void> => {
  const paid = await deps.locks.pay(tx, payment.lockId, payment.amount);
  if (!paid) return await deps.funds.returnLate(tx, payment.paymentId);
  if (!paid.first) {
    // Told twice is once; paid twice goes back.
    const order = await store.orderOfLock(tx, payment.lockId);
    if (order?.paymentId !== payment.paymentId) await deps.funds.returnLate(tx, payment.paymentId, true);
    return;
  }
  const { lock } = paid;
  const paidAt = await deps.database.now(tx);
  const id = newId();
  const delivery = lock.delivery ?? 'ship';
  const due = { paidAt: paidAt.getTime(), shipBy: shipBy(paidAt.getTime(), lock.handlingDays) };
  const cameWith = await deps.funds.cameWith(tx, payment.paymentId);
  const host = delivery === 'ship' ? await hostOf(tx, lock.travelsWith, cameWith.address !== null) : null;
  const address = delivery === 'ship' ? (cameWith.address ?? (host && addressOf(deps, host))) : null;
  // What is fetched is sold where makers are.
  const country = address?.country ?? deps.rules.homeCountry;
  const shipping = delivery === 'ship' && lock.shipping ? lock.shipping : zero(lock.item.currency);
  const tax: Tax | null = cameWith.tax?.amount
    ? { bps: null, amount: cameWith.tax, owedBy: 'marketplace' }
    : deps.tax.taxIn({
        country,
        region: address?.region ?? null,
        category: await deps.categoryOf(tx, lock.storyId),
        gross: add(lock.item, shipping),
      });
  const order = await store.insertOrder(tx, {
    id,
    lockId: lock.id,
    paymentId: payment.paymentId,
    listingId: lock.listingId,
    storyId: lock.storyId,
    makerId: lock.makerId,
    buyerId: lock.buyerId,
    title: lock.title,
    state: orderMachine.initial,
    delivery,
    item: lock.item,
    shipping,
    tax,
    fee: lock.fee,
    returns: lawfulReturns(lock.returns, country, deps.withdrawalIn),
    paidAt,
    shipBy: new Date(due.shipBy),
    rules: deps.rules,
    abroad: deps.rules.homeCountry !== null && address !== null && address.country !== deps.rules.homeCountry,
    shipment: null,
    deliveryHow: null,
    completesAt: null,
    addressSealed: address && deps.keyring.encrypt(ADDRESS, JSON.stringify(address), id),
    handoverSealed: delivery === 'pickup' ? deps.keyring.encrypt(HANDOVER, randomDigits(6), id) : null,
    codeTries: 0,
    codeWindowAt: null,
    disputedAt: null,
    travelsWith: host?.id ?? null,
    completedAt: null,
    deliveredAt: null,
    cancelledBy: null,
  });
  if (address) await keepHome(deps, tx, lock.buyerId, address);
  await insertLines(tx, id, [
    {
      listingId: lock.listingId,
      variantId: lock.variantId,
      title: lock.title,
      options: lock.options,
      quantity: lock.quantity,
      unit: money(lock.item.amount / lock.quantity, lock.item.currency),
    },
  ]);
  const piece = await deps.pieceWords(tx, lock);
  if (piece) await keepPiece(tx, id, piece, paidAt);
  await issueInvoice(deps, tx, order);
  await store.addMoment(tx, id, { kind: 'paid', at: paidAt, note: cameWith.method });
  const reminder = nextShipReminder(due, paidAt.getTime(), deps.rules);
  if (reminder) await deps.timers.set(tx, REMIND_TO_SHIP, id, new Date(reminder.at));
  await deps.timers.set(tx, CANCEL_UNSENT, id, new Date(cancelsAt(due, deps.rules)));
  await deps.events.emit(tx, 'order.placed', id, {
    ...about(order),
    listingId: order.listingId,
    storyId: order.storyId,
    lockId: order.lockId,
    total: add(order.item, order.shipping),
    delivery: order.delivery,
    shipBy: order.shipBy.toISOString(),
  });
};

/** The maker has sent it. @throws DomainError not_found, invalid_transition */
export const ship = async (
  deps: OrdersDeps,
  actor: Actor,
  id: string,
  shipment: { carrier: string; trackingNumber: string },
  requestId: string,
): Promise<Order> =>
  await deps.database.transaction(async (tx) => {
    const order = await ownOrder(tx, actor, id, 'order.ship', 'maker');
    const state = next(order, 'ship', { byMaker: true, toBeShipped: order.delivery === 'ship' });
    const now = await deps.database.now(tx);
    const { carrier, trackingNumber } = shipment;
    const shipped = await store.updateOrder(tx, id, {
      state,
      carrier,
      tracking_number: trackingNumber,
      shipped_at: now,
    });
    await store.addMoment(tx, id, { kind: 'shipped', at: now, note: `${carrier} ${trackingNumber}` });
    await deps.timers.clear(tx, REMIND_TO_SHIP, id);
    await deps.timers.clear(tx, CANCEL_UNSENT, id);
    const arrival = estimatedBy(now.getTime(), order.abroad, rulesOf(deps, order));
    await deps.timers.set(tx, ASSUME_DELIVERED, id, new Date(arrival));
    await deps.events.emit(tx, 'order.shipped', id, { ...about(shipped), carrier, trackingNumber });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'order.shipped',
      subject: id,
      requestId,
      facts: { carrier },
      before: { state: order.state },
      after: { state },
    });
    // The carrier may have been faster than the maker.
    return (await followCarrier(deps, tx, id)) ?? shipped;
  });

/**
 * The maker hands it over against the buyer's code; wrong codes are counted.
 * @throws DomainError not_found, invalid_transition, handover_code_wrong, rate_limited
 */
export const handover = async (
  deps: OrdersDeps,
  actor: Actor,
  id: string,
  code: string,
  requestId: string,
): Promise<Order> => {
  // A wrong try must outlive its refusal, so the transaction returns what the refusal would roll back.
  const outcome = await deps.database.transaction(async (tx) => {
    const order = await ownOrder(tx, actor, id, 'order.ship', 'maker');
    const facts = { byMaker: true, toBeCollected: order.delivery === 'pickup' };
    next(order, 'handover', { ...facts, codeMatches: true });
    const now = await deps.database.now(tx);
    const rules = rulesOf(deps, order);
    const windowAt = order.codeWindowAt?.getTime() ?? null;
    if (!mayTryCode(order.codeTries, windowAt, now.getTime(), rules)) {
      const retryAfterS = Math.ceil(((windowAt ?? 0) + rules.codeWindowMs - now.getTime()) / 1000);
      throw new DomainError('rate_limited', { retryAfterS });
    }
    const expected = order.handoverSealed && deps.keyring.decrypt(HANDOVER, order.handoverSealed, id);
    if (!expected || !equalInConstantTime(expected, code)) {
      const fresh = windowAt === null || now.getTime() - windowAt >= rules.codeWindowMs;
      await store.updateOrder(tx, id, {
        code_tries: fresh ? 1 : order.codeTries + 1,
        code_window_at: fresh ? now : order.codeWindowAt,
      });
      return 'wrong' as const;
    }
    const to = next(order, 'handover', { ...facts, codeMatches: true });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'order.handed_over',
      subject: id,
      requestId,
      before: { state: order.state },
      after: { state: to },
    });
    return await deliver(deps, tx, order, to, 'handed_over');
  });
  if (outcome === 'wrong') throw new DomainError('handover_code_wrong');
  return outcome;
};

/** The buyer has it and all is well: delivered and completed. @throws DomainError not_found, invalid_transition */
export const confirm = async (deps: OrdersDeps, actor: Actor, id: string, requestId: string): Promise<Order> =>
  await deps.database.transaction(async (tx) => {
    const order = await ownOrder(tx, actor, id, 'order.confirm', 'buyer');
    const to = next(order, 'confirm', { byBuyer: true, settled: await isSettled(tx, id) });
    const there =
      order.state === 'shipped'
        ? await deliver(deps, tx, order, 'delivered', 'received')
        : await store.updateOrder(tx, id, { delivery_how: 'received', delivery_seen: true });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'order.confirmed',
      subject: id,
      requestId,
      before: { state: order.state },
      after: { state: to },
    });
    return await complete(deps, tx, there, to);
  });
