// Bidders to look at: who shares a card or a home with a maker or with another bidder, who takes bids back too often.
import { type Actor, DomainError } from '@videowindow/contract';
import type { BidderSignalKind } from '@videowindow/contract/api/commerce';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import { type Database, type Reader, sql } from '#platform/database';
import { authorize, personId } from '#platform/http';
import type { LocksDeps } from './parts.ts';

/** As many as anybody looks at in one go. */
const MOST = 100;

export type Signal = {
  readonly personId: string;
  readonly kind: BidderSignalKind;
  /** The maker or the other bidder; null when it is about this person alone. */
  readonly otherId: string | null;
  /** The piece that it was about. */
  readonly storyId: string;
  readonly title: string;
  /** How often; 1 when not given, and one more each time until somebody has looked. */
  readonly times?: number;
};

/** Keeps that somebody should look at bidders; the same again before that is counted. */
export const signal = async (
  { database }: { database: Database },
  reader: Reader,
  signals: readonly Signal[],
): Promise<void> => {
  if (signals.length === 0) return;
  const now = await database.now(reader);
  for (const { personId: person, kind, otherId, storyId, title, times = 1 } of signals) {
    await sql`
      insert into bidder_signals (id, person_id, kind, other_id, story_id, title, times, at)
      values (${newId()}, ${person}, ${kind}, ${otherId}, ${storyId}, ${title}, ${times}, ${now})
      on conflict (person_id, kind, coalesce(other_id, person_id)) where looked_at is null
      do update set times = greatest(bidder_signals.times + 1, excluded.times), at = excluded.at,
                    story_id = excluded.story_id, title = excluded.title`.execute(reader);
  }
};

export type OpenSignal = Required<Signal> & { readonly id: string; readonly at: Date };

/** What nobody has looked at yet, the newest first. */
export const openSignals = async (reader: Reader): Promise<OpenSignal[]> =>
  (
    await sql<OpenSignal>`
      select id, person_id as "personId", kind, other_id as "otherId", story_id as "storyId", title, times, at
      from bidder_signals
      where looked_at is null
      order by at desc
      limit ${MOST}`.execute(reader)
  ).rows;

/** A moderator has looked, and says what they found. @throws DomainError not_found, also when somebody else has */
export const lookAt = async (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  note: string,
  requestId: string,
): Promise<void> => {
  authorize(actor, 'moderation.decide');
  await deps.database.transaction(async (tx) => {
    const { rows } = await sql`
      update bidder_signals
      set looked_at = ${await deps.database.now(tx)}, looked_by = ${personId(actor)}, note = ${note}
      where id = ${id} and looked_at is null
      returning 1`.execute(tx);
    if (rows.length === 0) throw new DomainError('not_found');
    await recordAudit(tx, { actor: actor.id, action: 'bidder.looked_at', subject: id, requestId, facts: { note } });
  });
};
