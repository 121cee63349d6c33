// The piece as it was sold: the words and pictures that the buyer saw, kept with the order.
import type { Addition } from '@videowindow/contract/api/commerce';
import type { StoryText } from '@videowindow/contract/api/content';
import { type Reader, sql, type Tx } from '#platform/database';

/** What rooms around know of a piece when it is sold. */
export type PieceWords = Pick<StoryText, 'caption' | 'category' | 'sections'> & {
  readonly additions: readonly Addition[];
};

/** Card networks hear a buyer for 120 days, a few for more; so long no picture of what was sold can be taken away. */
const PICTURES_STAY = sql.raw(`interval '180 days'`);

export const keepPiece = async (tx: Tx, orderId: string, piece: PieceWords, soldAt: Date): Promise<void> => {
  await sql`
    insert into order_pieces (order_id, piece, pictures, sold_at)
    values (${orderId}, ${JSON.stringify(piece)}::jsonb, ${picturesIn(piece)}::uuid[], ${soldAt})`.execute(tx);
};

/** Null for an order that was placed before pieces were kept. */
export const pieceOf = async (reader: Reader, orderId: string): Promise<PieceWords | null> => {
  const { rows } = await sql<{ piece: PieceWords }>`
    select piece from order_pieces where order_id = ${orderId}`.execute(reader);
  return rows[0]?.piece ?? null;
};

/** The pictures of a piece in the order in which they stand there. */
export const picturesIn = ({ sections }: Pick<PieceWords, 'sections'>): string[] => [
  ...new Set(sections.flatMap(({ pictures = [] }) => pictures.map(({ mediaId }) => mediaId))),
];

/** Whether a picture shows something that was sold so lately that somebody may ask how it looked. */
export const showsWhatWasSold = async (reader: Reader, mediaId: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from order_pieces
    where pictures @> array[${mediaId}::uuid] and sold_at > app_now() - ${PICTURES_STAY} limit 1`.execute(reader);
  return rows.length > 0;
};
