// Reviews: each side writes one of the other, once and for good; neither is seen before both are there or a week is over.
import { type Actor, DomainError } from '@videowindow/contract';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import type { OrderRules } from './order.ts';
import { about, isSettled, type OrdersDeps, rulesOf, type Side, sideOf } from './parts.ts';
import * as reviewStore from './review-store.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';

export const PUBLISH_REVIEW = 'review.publish';

/** Until when an order can be reviewed; null when it cannot be (yet, or any more). */
export const reviewableUntil = (order: Order, settled: boolean, now: Date, rules: OrderRules): Date | null => {
  if (!settled || (order.state !== 'delivered' && order.state !== 'completed')) return null;
  const until = new Date((order.completedAt ?? now).getTime() + rules.reviewWindowMs);
  return now < until ? until : null;
};

/** Writes one's review. @throws DomainError not_found, review_not_possible */
export const writeReview = async (
  deps: OrdersDeps,
  actor: Actor,
  orderId: string,
  said: { stars: number; text: string },
): Promise<void> =>
  await deps.database.transaction(async (tx) => {
    const order = await store.lockOrder(tx, orderId);
    if (!order) throw new DomainError('not_found');
    const by = sideOf(order, actor);
    const rules = rulesOf(deps, order);
    const now = await deps.database.now(tx);
    const can = reviewableUntil(order, await isSettled(tx, orderId), now, rules) !== null;
    if (!can || (await reviewStore.hasWritten(tx, orderId, by))) throw new DomainError('review_not_possible');
    const id = newId();
    await reviewStore.insertReview(tx, {
      id,
      orderId,
      storyId: order.storyId,
      by,
      authorId: personId(actor),
      aboutId: otherSideOf(order, by),
      stars: said.stars,
      text: said.text.trim(),
      writtenAt: now,
    });
    if (await reviewStore.hasWritten(tx, orderId, by === 'buyer' ? 'maker' : 'buyer')) {
      return await publishAll(deps, tx, orderId, now);
    }
    const shownAt = new Date(now.getTime() + rules.reviewWaitMs);
    await deps.timers.set(tx, PUBLISH_REVIEW, orderId, shownAt);
    await deps.events.emit(tx, 'review.written', orderId, {
      ...about(order),
      reviewId: id,
      by,
      shownAt: shownAt.toISOString(),
    });
  });

/** The timer: the other one did not come. */
export const publishWhenDue = async (deps: OrdersDeps, tx: Tx, orderId: string): Promise<void> => {
  const order = await store.lockOrder(tx, orderId);
  if (order) await publishAll(deps, tx, orderId, await deps.database.now(tx));
};

/** The maker answers, once. @throws DomainError not_found, review_not_possible */
export const replyTo = async (deps: OrdersDeps, actor: Actor, id: string, text: string): Promise<void> =>
  await deps.database.transaction(async (tx) => {
    const review = await reviewStore.shownReview(tx, id);
    if (review?.by !== 'buyer') throw new DomainError('not_found');
    authorize(actor, 'review.reply', { ownerId: review.aboutId });
    const added = await reviewStore.reply(tx, id, text.trim(), await deps.database.now(tx));
    if (!added) throw new DomainError('review_not_possible');
    await deps.events.emit(tx, 'review.replied', review.orderId, {
      reviewId: id,
      orderId: review.orderId,
      authorId: review.authorId,
      aboutId: review.aboutId,
    });
  });

const otherSideOf = (order: Order, side: Side): string => (side === 'buyer' ? order.makerId : order.buyerId);

const publishAll = async (deps: OrdersDeps, tx: Tx, orderId: string, now: Date): Promise<void> => {
  const waiting = (await reviewStore.reviewsOf(tx, orderId)).filter(({ publishedAt }) => publishedAt === null);
  await reviewStore.publish(
    tx,
    waiting.map(({ id }) => id),
    now,
  );
  await deps.timers.clear(tx, PUBLISH_REVIEW, orderId);
  for (const { id, storyId, authorId, aboutId, by, stars } of waiting) {
    await deps.events.emit(tx, 'review.published', orderId, {
      reviewId: id,
      orderId,
      storyId,
      authorId,
      aboutId,
      by,
      stars,
    });
  }
};
