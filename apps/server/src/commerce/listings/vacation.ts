// A maker is away: what could be bought pauses until they are back; auctions and what is being paid go on.
import { type Actor, DomainError } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import { sql, type Tx } from '#platform/database';
import { personId } from '#platform/http';
import { move } from './moves.ts';
import type { ListingsDeps } from './parts.ts';
import * as store from './store.ts';

/** The timer of a maker who is away: they are back. */
export const RETURN = 'listing.vacation_over';
const LONGEST_MS = 366 * 24 * 3_600_000;

/** Goes away until a moment, changes that moment, or comes back (null). @throws DomainError validation_failed */
export const setVacation = async (
  deps: ListingsDeps,
  actor: Actor,
  returnsAt: Date | null,
  requestId: string,
): Promise<Date | null> => {
  const makerId = personId(actor);
  return await deps.database.transaction(async (tx) => {
    await queue(tx, makerId);
    const now = await deps.database.now(tx);
    if (returnsAt && (returnsAt <= now || returnsAt.getTime() - now.getTime() > LONGEST_MS)) {
      const fields = [{ path: 'returnsAt', message: 'lies in the coming year' }];
      throw new DomainError('validation_failed', { fields });
    }
    await recordAudit(tx, {
      actor: makerId,
      action: returnsAt ? 'maker.vacation_set' : 'maker.vacation_ended',
      subject: makerId,
      requestId,
      before: { returnsAt: await store.vacationOf(tx, makerId) },
      after: { returnsAt },
    });
    if (returnsAt) await leave(deps, tx, makerId, returnsAt, now);
    else await comeBack(deps, tx, makerId);
    return returnsAt;
  });
};

/** The timer. A maker who stays away longer has set it anew. */
export const returnWhenDue = async (deps: ListingsDeps, tx: Tx, makerId: string): Promise<void> => {
  await queue(tx, makerId);
  const returnsAt = await store.vacationOf(tx, makerId);
  if (!returnsAt) return;
  if ((await deps.database.now(tx)) < returnsAt) return await deps.timers.set(tx, RETURN, makerId, returnsAt);
  await comeBack(deps, tx, makerId);
};

const leave = async (deps: ListingsDeps, tx: Tx, makerId: string, returnsAt: Date, now: Date): Promise<void> => {
  await sql`
    insert into vacations (maker_id, returns_at, since) values (${makerId}, ${returnsAt}, ${now})
    on conflict (maker_id) do update set returns_at = excluded.returns_at`.execute(tx);
  await deps.timers.set(tx, RETURN, makerId, returnsAt);
  for (const listing of await store.lockOfMaker(tx, makerId, 'available')) {
    await store.setBackOn(tx, listing.id, returnsAt);
    await move(deps, tx, listing, 'pause', { byMaker: true });
  }
  await store.moveBackOn(tx, makerId, returnsAt);
};

/** What the holiday paused is sold again; what the maker had paused before stays so. */
const comeBack = async (deps: ListingsDeps, tx: Tx, makerId: string): Promise<void> => {
  await sql`delete from vacations where maker_id = ${makerId}`.execute(tx);
  await deps.timers.clear(tx, RETURN, makerId);
  for (const listing of await store.lockOfMaker(tx, makerId, 'paused')) {
    if (listing.backOn === null) continue;
    await store.setBackOn(tx, listing.id, null);
    // Without a unit left it waits for those that are being paid.
    if (listing.units.free > 0) await move(deps, tx, listing, 'resume', { byMaker: true });
  }
};

/** One change of a maker's holiday at a time. */
const queue = async (tx: Tx, makerId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('vacation'), hashtext(${makerId}))`.execute(tx);
};
