// SQL of reviews.
import { type Database, type Reader, sql, type Tx } from '#platform/database';

export type Review = {
  readonly id: string;
  readonly orderId: string;
  readonly storyId: string;
  readonly storyTitle: string;
  readonly by: 'buyer' | 'maker';
  readonly authorId: string;
  readonly aboutId: string;
  readonly stars: number;
  readonly text: string;
  readonly writtenAt: Date;
  readonly publishedAt: Date | null;
  readonly replyText: string | null;
  readonly repliedAt: Date | null;
};

const REVIEW = sql`r.id, r.order_id as "orderId", r.story_id as "storyId", o.title as "storyTitle", r.side as "by",
  r.author_id as "authorId", r.about_id as "aboutId", r.stars, r.text, r.written_at as "writtenAt",
  r.published_at as "publishedAt", r.reply_text as "replyText", r.replied_at as "repliedAt"`;
const FROM = sql`order_reviews r join orders o on o.id = r.order_id`;

export const insertReview = async (
  tx: Tx,
  review: Pick<Review, 'id' | 'orderId' | 'storyId' | 'by' | 'authorId' | 'aboutId' | 'stars' | 'text' | 'writtenAt'>,
): Promise<void> => {
  await sql`
    insert into order_reviews (id, order_id, story_id, side, author_id, about_id, stars, text, written_at)
    values (${review.id}, ${review.orderId}, ${review.storyId}, ${review.by}, ${review.authorId}, ${review.aboutId},
            ${review.stars}, ${review.text}, ${review.writtenAt})`.execute(tx);
};

/** The reviews of an order that stand; two at most. */
export const reviewsOf = async (reader: Reader, orderId: string): Promise<Review[]> => {
  const { rows } = await sql<Review>`
    select ${REVIEW} from ${FROM} where r.order_id = ${orderId} and r.removed_at is null`.execute(reader);
  return rows;
};

/** Whether this side has written one, also one that was removed since. */
export const hasWritten = async (reader: Reader, orderId: string, by: Review['by']): Promise<boolean> => {
  const { rows } = await sql`select 1 from order_reviews where order_id = ${orderId} and side = ${by}`.execute(reader);
  return rows.length > 0;
};

export const findReview = async (reader: Reader, id: string): Promise<Review | null> => {
  const { rows } = await sql<Review>`
    select ${REVIEW} from ${FROM} where r.id = ${id} and r.removed_at is null`.execute(reader);
  return rows[0] ?? null;
};

export const shownReview = async (reader: Reader, id: string): Promise<Review | null> => {
  const review = await findReview(reader, id);
  return review?.publishedAt ? review : null;
};

export const publish = async (tx: Tx, ids: readonly string[], at: Date): Promise<void> => {
  await sql`
    update order_reviews set published_at = ${at}
    where id = any(${[...ids]}::uuid[]) and published_at is null`.execute(tx);
};

/** Adds the maker's reply to a published review that has none. @returns whether it was added */
export const reply = async (tx: Tx, id: string, text: string, at: Date): Promise<boolean> => {
  const { rows } = await sql`
    update order_reviews set reply_text = ${text}, replied_at = ${at}
    where id = ${id} and published_at is not null and removed_at is null and reply_text is null
    returning 1`.execute(tx);
  return rows.length > 0;
};

export const removeReview = async (database: Database, tx: Tx, id: string): Promise<void> => {
  const now = await database.now(tx);
  await sql`update order_reviews set removed_at = ${now} where id = ${id} and removed_at is null`.execute(tx);
};

export const textsOf = async (reader: Reader, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; text: string; stars: number }>`
    select id, text, stars from order_reviews where id = any(${[...ids]}::uuid[])`.execute(reader);
  return new Map(rows.map(({ id, text, stars }) => [id, text || `${stars} of 5 stars`]));
};

/** Who wrote a review and whom it is about. */
export const sidesOf = async (reader: Reader, id: string): Promise<string[]> => {
  const { rows } = await sql<{ authorId: string; aboutId: string }>`
    select author_id as "authorId", about_id as "aboutId" from order_reviews where id = ${id}`.execute(reader);
  return rows.flatMap(({ authorId, aboutId }) => [authorId, aboutId]);
};

type About = { aboutId: string | null; storyId: string | null };

/** Published ones of a person, or of a piece by those who bought it; served by order_reviews_about and _story. */
const shown = ({ aboutId, storyId }: About) => sql`
  r.published_at is not null and r.removed_at is null
  ${aboutId === null ? sql`` : sql`and r.about_id = ${aboutId}`}
  ${storyId === null ? sql`` : sql`and r.story_id = ${storyId} and r.side = 'buyer'`}`;

export const pageOfReviews = async (
  reader: Reader,
  about: About,
  behind: { at: Date; id: string } | null,
  limit: number,
): Promise<Review[]> => {
  const after = behind ? sql`and (r.published_at, r.id) < (${behind.at}, ${behind.id})` : sql``;
  const { rows } = await sql<Review>`
    select ${REVIEW} from ${FROM} where ${shown(about)} ${after}
    order by r.published_at desc, r.id desc limit ${limit}`.execute(reader);
  return rows;
};

export const summaryOf = async (reader: Reader, about: About): Promise<{ count: number; mean: number | null }> => {
  const { rows } = await sql<{ count: number; mean: string | null }>`
    select count(*)::int as count, round(avg(r.stars), 1)::text as mean from order_reviews r
    where ${shown(about)}`.execute(reader);
  const [row] = rows;
  return { count: row?.count ?? 0, mean: row?.mean ? Number(row.mean) : null };
};
