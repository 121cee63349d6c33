// What admins read of the books and of payouts, and how an incident is closed by hand.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Payout as PayoutView } from '@videowindow/contract/api/commerce';
import type { Incident } from '@videowindow/contract/api/desk';
import { money } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { type Reader, sql } from '#platform/database';
import { authorize } from '#platform/http';
import type { PayoutsDeps } from './deps.ts';
import { payoutsByIds } from './queries.ts';

type Row = Omit<Incident, 'ours' | 'theirs' | 'openedAt' | 'resolvedAt'> & {
  currency: string;
  ours: number;
  theirs: number;
  openedAt: Date;
  resolvedAt: Date | null;
};

/** Open incidents and the newest closed ones, and when the books were compared last. */
export const readBooks = async (reader: Reader): Promise<{ incidents: Incident[]; comparedAt: Date | null }> => {
  const { rows } = await sql<Row>`
    select id, kind, subject, payment_id as "paymentId", currency, ours, theirs, opened_at as "openedAt",
           resolved_at as "resolvedAt", note
    from book_incidents
    order by resolved_at is not null, opened_at desc, id desc limit 50`.execute(reader);
  const { rows: runs } = await sql<{ at: Date | null }>`select max(at) as at from book_runs`.execute(reader);
  return {
    comparedAt: runs[0]?.at ?? null,
    incidents: rows.map(({ currency, ours, theirs, openedAt, resolvedAt, ...row }) => ({
      ...row,
      ours: money(ours, currency),
      theirs: money(theirs, currency),
      openedAt: openedAt.toISOString(),
      resolvedAt: resolvedAt?.toISOString() ?? null,
    })),
  };
};

/** @throws DomainError not_found when it is closed already, or never was */
export const closeIncident = (
  deps: PayoutsDeps,
  actor: Actor,
  id: string,
  note: string,
  requestId: string,
): Promise<void> => {
  authorize(actor, 'payment.manage');
  return deps.database.transaction(async (tx) => {
    const { rows } = await sql`
      update book_incidents
      set resolved_at = ${await deps.database.now(tx)}, note = ${note}, resolved_by = ${actor.id}
      where id = ${id} and resolved_at is null
      returning 1`.execute(tx);
    if (rows.length === 0) throw new DomainError('not_found');
    await recordAudit(tx, {
      actor: actor.id,
      action: 'incident.closed',
      subject: id,
      requestId,
      facts: { note },
      before: 'open',
      after: 'closed',
    });
  });
};

/** A payout by our id, with whose it is. */
export const findPayout = async (
  reader: Reader,
  id: string,
): Promise<{ payout: PayoutView; makerId: string; providerId: string } | null> => {
  const { rows } = await sql<{ makerId: string; providerId: string }>`
    select maker_id as "makerId", provider_id as "providerId" from payouts where id = ${id}`.execute(reader);
  const [payout] = await payoutsByIds(reader, [id]);
  return rows[0] && payout ? { payout, ...rows[0] } : null;
};

/** Payouts by the provider's id, or a maker's newest. */
export const searchPayouts = async (
  reader: Reader,
  by: { providerId: string } | { makerId: string },
): Promise<PayoutView[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from payouts
    where ${'providerId' in by ? sql`provider_id = ${by.providerId}` : sql`maker_id = ${by.makerId}`}
    order by made_at desc, id desc limit 5`.execute(reader);
  return await payoutsByIds(
    reader,
    rows.map(({ id }) => id),
  );
};
