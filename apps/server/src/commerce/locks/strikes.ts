// Strikes: given when somebody did not pay what they had to, looked at by bids, appealed against, lifted by a person.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Strike as StrikeView } from '@videowindow/contract/api/commerce';
import type { Selectable } from 'kysely';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Reader, Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import type { LocksDeps } from './parts.ts';
import { type Standing, type StrikeKind, standingOf } from './strike.ts';

type Tables = {
  strikes: {
    id: string;
    person_id: string;
    kind: StrikeKind;
    subject_id: string;
    title: string;
    at: Date;
    appeal: string | null;
    appealed_at: Date | null;
    answer: 'upheld' | 'lifted' | null;
    answered_at: Date | null;
  };
};
type StrikeRow = Selectable<Tables['strikes']>;

const tables = (reader: Reader) => reader.withTables<Tables>();
/** More than anybody has who may still bid. */
const MOST = 100;

/** Counts something against a person; the same thing twice is once. */
export const strike = async (
  deps: LocksDeps,
  tx: Tx,
  given: { personId: string; kind: StrikeKind; subjectId: string; title: string },
): Promise<void> => {
  const at = await deps.database.now(tx);
  const added = await tables(tx)
    .insertInto('strikes')
    .values({
      id: newId(),
      person_id: given.personId,
      kind: given.kind,
      subject_id: given.subjectId,
      title: given.title,
      at,
    })
    .onConflict((same) => same.columns(['subject_id', 'person_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!added) return;
  await deps.events.emit(tx, 'person.struck', given.personId, {
    userId: given.personId,
    strikeId: added.id,
    kind: given.kind,
    title: given.title,
    standing: await bidderStanding(deps, tx, given.personId),
  });
};

/** What somebody's unpaid strikes mean for their next bid. */
export const bidderStanding = async (deps: LocksDeps, reader: Reader, person: string): Promise<Standing> => {
  const now = (await deps.database.now(reader)).getTime();
  const rows = await tables(reader)
    .selectFrom('strikes')
    .select('at')
    .where('person_id', '=', person)
    .where('kind', '=', 'unpaid')
    .where((each) => each.or([each('answer', 'is', null), each('answer', '<>', 'lifted')]))
    .orderBy('at', 'desc')
    .limit(MOST)
    .execute();
  return standingOf(
    rows.map((row) => row.at.getTime()),
    now,
    deps.rules.strikes,
  );
};

/** Somebody's own, the newest first. */
export const strikesOf = async (reader: Reader, person: string): Promise<StrikeView[]> => {
  const rows = await tables(reader)
    .selectFrom('strikes')
    .selectAll()
    .where('person_id', '=', person)
    .orderBy('at', 'desc')
    .limit(MOST)
    .execute();
  return rows.map(viewOf);
};

/** Appeals that wait for a person, the oldest first. */
export const openAppeals = async (reader: Reader): Promise<(StrikeView & { personId: string })[]> => {
  const rows = await tables(reader)
    .selectFrom('strikes')
    .selectAll()
    .where('appealed_at', 'is not', null)
    .where('answer', 'is', null)
    .orderBy('appealed_at')
    .limit(MOST)
    .execute();
  return rows.map((row) => ({ ...viewOf(row), personId: row.person_id }));
};

/** Somebody says why it was not their fault; once. @throws DomainError not_found, invalid_transition */
export const appeal = async (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  text: string,
  requestId: string,
): Promise<StrikeView> =>
  await deps.database.transaction(async (tx) => {
    const row = await lockStrike(tx, id);
    if (!row) throw new DomainError('not_found');
    authorize(actor, 'strike.appeal', { ownerId: row.person_id });
    if (row.appeal !== null) throw new DomainError('invalid_transition', { from: 'appealed', command: 'appeal' });
    const changed = await change(tx, id, { appeal: text, appealed_at: await deps.database.now(tx) });
    await recordAudit(tx, { actor: actor.id, action: 'strike.appealed', subject: id, requestId });
    return viewOf(changed);
  });

/** A moderator answers an appeal; what is lifted counts no longer. @throws DomainError not_found, invalid_transition */
export const answerAppeal = async (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  answer: 'upheld' | 'lifted',
  requestId: string,
): Promise<StrikeView> => {
  authorize(actor, 'moderation.decide');
  return await deps.database.transaction(async (tx) => {
    const row = await lockStrike(tx, id);
    if (!row) throw new DomainError('not_found');
    if (row.person_id === personId(actor)) throw new DomainError('forbidden');
    if (row.appeal === null || row.answer !== null) {
      throw new DomainError('invalid_transition', { from: row.answer ?? 'standing', command: answer });
    }
    const changed = await change(tx, id, { answer, answered_at: await deps.database.now(tx) });
    await recordAudit(tx, {
      actor: actor.id,
      action: `strike.${answer}`,
      subject: id,
      requestId,
      before: { answer: row.answer },
      after: { answer },
    });
    await deps.events.emit(tx, 'strike.answered', row.person_id, {
      userId: row.person_id,
      strikeId: id,
      title: row.title,
      answer,
    });
    return viewOf(changed);
  });
};

const lockStrike = async (tx: Tx, id: string): Promise<StrikeRow | undefined> =>
  await tables(tx).selectFrom('strikes').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

const change = async (tx: Tx, id: string, change: Partial<StrikeRow>): Promise<StrikeRow> =>
  await tables(tx).updateTable('strikes').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();

const viewOf = (row: StrikeRow): StrikeView => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  at: row.at.toISOString(),
  appeal: row.appeal,
  answer: row.answer,
  possible: row.appeal === null ? ['appeal'] : [],
});
