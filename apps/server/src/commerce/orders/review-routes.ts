// HTTP of reviews.
import { type Actor, DomainError } from '@videowindow/contract';
import { type OrderReviews, type Review as ReviewView, reviewsApi } from '@videowindow/contract/api/commerce';
import { cutPage, decodeCursor, implement } from '#platform/http';
import { isSettled, type OrdersDeps, rulesOf, sideOf } from './parts.ts';
import { findReview, pageOfReviews, type Review, reviewsOf, summaryOf } from './review-store.ts';
import { replyTo, reviewableUntil, writeReview } from './reviews.ts';
import { findOrder } from './store.ts';

export const reviewsRoutes = (deps: OrdersDeps) => {
  const { db } = deps.database;

  const views = async (reviews: readonly Review[], actor: Actor): Promise<ReviewView[]> => {
    const people = await deps.people(
      db,
      reviews.map((review) => review.authorId),
    );
    return reviews.flatMap((review) => {
      const author = people.get(review.authorId);
      if (!author) return [];
      const isParty = actor.id === review.authorId || actor.id === review.aboutId;
      const { id, storyId, storyTitle, by, aboutId, stars, text, replyText, repliedAt } = review;
      return [
        {
          id,
          // Which order it was is between its two sides.
          orderId: isParty ? review.orderId : null,
          storyId,
          storyTitle,
          by,
          author,
          aboutId,
          stars,
          text,
          publishedAt: review.publishedAt?.toISOString() ?? null,
          reply: replyText !== null && repliedAt !== null ? { text: replyText, at: repliedAt.toISOString() } : null,
        },
      ];
    });
  };

  const ofOrder = async (orderId: string, actor: Actor): Promise<OrderReviews> => {
    const order = await findOrder(db, orderId);
    if (!order) throw new DomainError('not_found');
    const side = sideOf(order, actor);
    const rules = rulesOf(deps, order);
    const now = await deps.database.now(db);
    const written = await reviewsOf(db, orderId);
    const mine = written.find(({ by }) => by === side);
    const theirs = written.find(({ by, publishedAt }) => by !== side && publishedAt !== null);
    const waits = written.find(({ publishedAt }) => publishedAt === null);
    const until = mine ? null : reviewableUntil(order, await isSettled(db, orderId), now, rules);
    const [mineView] = await views(mine ? [mine] : [], actor);
    const [theirView] = await views(theirs ? [theirs] : [], actor);
    return {
      mine: mineView ?? null,
      theirs: theirView ?? null,
      writeUntil: until?.toISOString() ?? null,
      shownAt: waits ? new Date(waits.writtenAt.getTime() + rules.reviewWaitMs).toISOString() : null,
    };
  };

  return implement(reviewsApi, {
    'GET /reviews': async ({ query, context }) => {
      const about = { aboutId: query.about ?? null, storyId: query.storyId ?? null };
      if (about.aboutId === null && about.storyId === null) {
        throw new DomainError('validation_failed', {
          fields: [{ path: 'about', message: 'say of whom, or of which story' }],
        });
      }
      const { id: reader } = context.actor;
      if (about.aboutId !== null && (await deps.hiddenFrom(db, reader, [about.aboutId])).size > 0)
        throw new DomainError('not_found');
      const after = decodeCursor(query.cursor, ['instant', 'uuid']);
      const limit = query.limit ?? 10;
      const rows = await pageOfReviews(db, about, after && { at: new Date(after[0]), id: after[1] }, limit + 1);
      const { shown, next } = cutPage(rows, limit, ({ publishedAt, id }) => [publishedAt?.toISOString() ?? '', id]);
      const hidden = await deps.hiddenFrom(
        db,
        reader,
        shown.flatMap(({ authorId, aboutId }) => [authorId, aboutId]),
      );
      const seen = shown.filter(({ authorId, aboutId }) => !hidden.has(authorId) && !hidden.has(aboutId));
      return { items: await views(seen, context.actor), next, ...(await summaryOf(db, about)) };
    },
    'GET /orders/:id/reviews': ({ params, context }) => ofOrder(params.id, context.actor),
    'POST /orders/:id/reviews': async ({ params, body, context }) => {
      await writeReview(deps, context.actor, params.id, body);
      return await ofOrder(params.id, context.actor);
    },
    'POST /reviews/:id/reply': async ({ params, body, context }) => {
      await replyTo(deps, context.actor, params.id, body.text);
      const review = await findReview(db, params.id);
      const [view] = await views(review ? [review] : [], context.actor);
      if (!view) throw new DomainError('not_found');
      return view;
    },
  });
};
