// what buyers and makers say of each other once an order is over
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Nullable, OneOf, Strict } from '../../schema.ts';
import { PersonSummary } from '../people.ts';

const Stars = Type.Integer({ minimum: 1, maximum: 5 });

export const Review = Strict({
  id: Id,
  orderId: Nullable(Id),
  storyId: Id,
  storyTitle: Type.String(),
  /** Who wrote it: the buyer of a piece, or its maker. */
  by: OneOf(['buyer', 'maker']),
  author: PersonSummary,
  aboutId: Id,
  stars: Stars,
  text: Type.String(),
  /** Null while it waits for the other one; only its author sees it then. */
  publishedAt: Nullable(Instant),
  reply: Nullable(Strict({ text: Type.String(), at: Instant })),
});
export type Review = Static<typeof Review>;

/** The two reviews of an order, as one of its sides sees them. */
export const OrderReviews = Strict({
  mine: Nullable(Review),
  theirs: Nullable(Review),
  /** Until when one may be written; null when it cannot be now. */
  writeUntil: Nullable(Instant),
  /** When what was written is shown, at the latest. */
  shownAt: Nullable(Instant),
});
export type OrderReviews = Static<typeof OrderReviews>;

export const reviewsApi = defineApi({
  'GET /reviews': {
    summary: 'Published reviews of a person, or of the piece of a story, newest first, with their number and mean',
    action: 'review.read',
    query: Strict({
      about: Type.Optional(Id),
      storyId: Type.Optional(Id),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
    }),
    response: Strict({
      items: Type.Array(Review),
      next: Nullable(Cursor),
      count: Type.Integer(),
      mean: Nullable(Type.Number({ description: 'Of the stars, to one decimal' })),
    }),
  },
  'GET /orders/:id/reviews': {
    summary: 'The two reviews of an order',
    action: 'order.read',
    response: OrderReviews,
  },
  'POST /orders/:id/reviews': {
    summary: 'Review the other side, once and for good. Both are shown together, or one after a week',
    action: 'review.write',
    body: Strict({ stars: Stars, text: Type.String({ maxLength: 2000 }) }),
    response: OrderReviews,
    status: 201,
    errors: ['review_not_possible'],
  },
  'POST /reviews/:id/reply': {
    summary: 'The maker answers a review of theirs, once',
    action: 'review.reply',
    body: Strict({ text: Type.String({ minLength: 1, maxLength: 1000 }) }),
    response: Review,
    errors: ['review_not_possible'],
  },
});
