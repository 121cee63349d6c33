// Cases about makers' money: opened by a signal or by hand, decided by a person with a reason. While one is not released
// the maker's money waits; sales go on.
import { type Actor, DomainError } from '@videowindow/contract';
import type { MoneyCase, MoneySignal } from '@videowindow/contract/api/commerce';
import { apply, possibleCommands } from '@videowindow/contract/machine';
import {
  type MoneyCaseCommand,
  type MoneyCaseState,
  moneyCaseMachine,
} from '@videowindow/contract/machines/money-case';
import { money } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import { authorize, cutPage, decodeCursor, personId } from '#platform/http';
import type { PayoutsDeps } from './deps.ts';
import { type SalesProfile, signalsIn } from './signals.ts';

type Row = {
  id: string;
  makerId: string;
  state: MoneyCaseState;
  signals: MoneySignal[];
  facts: SalesProfile | null;
  openedAt: Date;
};
const COLUMNS = sql.raw('id, maker_id as "makerId", state, signals, facts, opened_at as "openedAt"');

/** Looks again for cases of a maker, after each sale and each refund. */
export const LOOK_AGAIN = 'payouts.look_again';

/** Held while a case is opened, and shared by whatever releases money of this maker: one sees the other. */
export const queueAtMaker = async (tx: Tx, makerId: string, how: 'alone' | 'shared'): Promise<void> => {
  const lock = how === 'alone' ? sql`pg_advisory_xact_lock` : sql`pg_advisory_xact_lock_shared`;
  await sql`select ${lock}(hashtextextended(${`payouts:maker:${makerId}`}, 0))`.execute(tx);
};

/** Something of this maker's sales changed: does it look unusual? What a released case was about counts no more. */
export const watch = async (deps: PayoutsDeps, tx: Tx, makerId: string): Promise<void> => {
  const { rows } = await sql<{ since: Date | null }>`
    select max(released_at) as since from money_cases where maker_id = ${makerId}`.execute(tx);
  const profile = await deps.salesProfile(tx, makerId, rows[0]?.since ?? null);
  const signals = signalsIn(profile, deps.currency, deps.signals);
  if (signals.length > 0) await openCase(deps, tx, makerId, { signals, facts: profile, by: null, reason: '' });
};

/** Twice is once: a maker has one case that is not released. @returns its id; null when there was one */
export const openCase = async (
  deps: PayoutsDeps,
  tx: Tx,
  makerId: string,
  why: { signals: MoneySignal[]; facts: SalesProfile | null; by: string | null; reason: string },
): Promise<string | null> => {
  await queueAtMaker(tx, makerId, 'alone');
  const id = newId();
  const now = await deps.database.now(tx);
  const { rows } = await sql`
    insert into money_cases (id, maker_id, state, signals, facts, opened_at)
    values (${id}, ${makerId}, ${moneyCaseMachine.initial}, ${why.signals}, ${why.facts && JSON.stringify(why.facts)}::jsonb,
            ${now})
    on conflict (maker_id) where state <> 'released' do nothing
    returning 1`.execute(tx);
  if (rows.length === 0) return null;
  await addStep(tx, id, { command: 'hold', by: why.by, reason: why.reason, at: now });
  await tell(deps, tx, { id, makerId, state: 'open', signals: why.signals }, why.by ? why.reason : null);
  return id;
};

/** An admin holds a maker's money. @throws DomainError not_found, case_open */
export const holdByHand = (deps: PayoutsDeps, actor: Actor, makerId: string, reason: string, requestId: string) =>
  deps.database.transaction(async (tx) => {
    authorize(actor, 'payment.manage');
    if (!(await deps.payments.accountOf(tx, makerId))) throw new DomainError('not_found');
    const by = personId(actor);
    const id = await openCase(deps, tx, makerId, { signals: ['by_hand'], facts: null, by, reason });
    if (!id) throw new DomainError('case_open');
    await recordAudit(tx, {
      actor: by,
      action: 'money_case.opened',
      subject: id,
      requestId,
      facts: { makerId, reason },
    });
    return id;
  });

/** An admin decides. @throws DomainError not_found, invalid_transition */
export const decideCase = (
  deps: PayoutsDeps,
  actor: Actor,
  id: string,
  command: MoneyCaseCommand,
  reason: string,
  requestId: string,
) =>
  deps.database.transaction(async (tx) => {
    authorize(actor, 'payment.manage');
    const { rows } = await sql<Row>`select ${COLUMNS} from money_cases where id = ${id} for update`.execute(tx);
    const known = rows[0];
    // Nobody decides about money of their own.
    if (!known || known.makerId === actor.id) throw new DomainError('not_found');
    const moved = apply(moneyCaseMachine, known.state, command, { byAdmin: true });
    if (!moved.ok) {
      throw new DomainError('invalid_transition', { from: known.state, command, possible: moved.possible });
    }
    const now = await deps.database.now(tx);
    await sql`
      update money_cases set state = ${moved.to}, released_at = ${moved.to === 'released' ? now : null}
      where id = ${id}`.execute(tx);
    const by = personId(actor);
    await addStep(tx, id, { command, by, reason, at: now });
    await recordAudit(tx, {
      actor: by,
      action: `money_case.${moved.to}`,
      subject: id,
      requestId,
      facts: { makerId: known.makerId, reason },
      before: { state: known.state },
      after: { state: moved.to },
    });
    await tell(deps, tx, { ...known, state: moved.to }, reason);
    if (moved.to === 'released') await deps.jobs.enqueue(tx, LOOK_AGAIN, { makerId: known.makerId });
  });

const addStep = async (
  tx: Tx,
  caseId: string,
  step: { command: 'hold' | MoneyCaseCommand; by: string | null; reason: string; at: Date },
): Promise<void> => {
  await sql`
    insert into money_case_steps (case_id, seq, command, by_id, reason, at)
    select ${caseId}, coalesce(max(seq), 0) + 1, ${step.command}, ${step.by}, ${step.reason}, ${step.at}
    from money_case_steps where case_id = ${caseId}`.execute(tx);
};

const tell = async (
  deps: PayoutsDeps,
  tx: Tx,
  { id, makerId, state, signals }: Pick<Row, 'id' | 'makerId' | 'state' | 'signals'>,
  reason: string | null,
): Promise<void> => {
  await deps.events.emit(tx, 'maker.money_case', id, {
    caseId: id,
    makerId,
    state,
    signals,
    reason,
    adminIds: [...(await deps.admins(tx))],
  });
};

/** What holds all of a maker's money; null for almost everybody. */
export const holdingCase = async (reader: Reader, makerId: string): Promise<Row | null> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from money_cases where maker_id = ${makerId} and state <> 'released'`.execute(reader);
  return rows[0] ?? null;
};

export const countHolding = async (reader: Reader): Promise<number> => {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from money_cases where state = 'open'`.execute(reader);
  return rows[0]?.open ?? 0;
};

/** Newest first; the open ones, or all. */
export const casesPage = async (
  deps: PayoutsDeps,
  query: { show?: 'open' | 'all'; cursor?: string; limit?: number },
): Promise<{ items: MoneyCase[]; next: string | null }> => {
  const limit = query.limit ?? 20;
  const after = decodeCursor(query.cursor, ['instant', 'uuid']);
  const open = query.show === 'all' ? sql`` : sql`and state <> 'released'`;
  const behind = after ? sql`and (opened_at, id) < (${new Date(after[0])}, ${after[1]})` : sql``;
  const { rows } = await sql<Row>`
    select ${COLUMNS} from money_cases where true ${open} ${behind}
    order by opened_at desc, id desc limit ${limit + 1}`.execute(deps.database.db);
  const { shown, next } = cutPage(rows, limit, ({ openedAt, id }) => [openedAt.toISOString(), id]);
  return { items: await views(deps, shown), next };
};

/** @throws DomainError not_found */
export const caseById = async (deps: PayoutsDeps, id: string): Promise<MoneyCase> => {
  const { rows } = await sql<Row>`select ${COLUMNS} from money_cases where id = ${id}`.execute(deps.database.db);
  const [view] = await views(deps, rows);
  if (!view) throw new DomainError('not_found');
  return view;
};

/** Three reads, however many there are. */
const views = async (deps: PayoutsDeps, cases: readonly Row[]): Promise<MoneyCase[]> => {
  const { db } = deps.database;
  type Step = { caseId: string; command: 'hold' | MoneyCaseCommand; by: string | null; reason: string; at: Date };
  const { rows: steps } = await sql<Step>`
    select case_id as "caseId", command, by_id as "by", reason, at from money_case_steps
    where case_id = any (${cases.map(({ id }) => id)}::uuid[]) order by case_id, seq`.execute(db);
  const { rows: sums } = await sql<{ makerId: string; amount: number }>`
    select maker_id as "makerId", sum(amount)::bigint as amount from fund_releases
    where released_at is null and maker_id = any (${cases.map(({ makerId }) => makerId)}::uuid[])
    group by maker_id`.execute(db);
  const people = await deps.people(db, [
    ...new Set([...cases.map(({ makerId }) => makerId), ...steps.flatMap(({ by }) => by ?? [])]),
  ]);
  return cases.map(({ id, makerId, state, signals, facts, openedAt }) => ({
    id,
    makerId,
    maker: people.get(makerId) ?? null,
    state,
    signals,
    facts: facts && {
      today: money(facts.today, deps.currency),
      usualDay: money(facts.usualDay, deps.currency),
      sales: facts.sales,
      refunded: facts.refunded,
      byOneCard: facts.byOneCard,
    },
    waiting: money(sums.find((sum) => sum.makerId === makerId)?.amount ?? 0, deps.currency),
    openedAt: openedAt.toISOString(),
    steps: steps
      .filter(({ caseId }) => caseId === id)
      .map(({ command, by, reason, at }) => ({
        command,
        by: (by && people.get(by)) || null,
        reason,
        at: at.toISOString(),
      })),
    possible: possibleCommands(moneyCaseMachine, state, { byAdmin: true }),
  }));
};
