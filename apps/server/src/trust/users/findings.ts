// What was found weak, until when it has to be mended, and when somebody last tried to get in by appointment.
import { DomainError } from '@videowindow/contract';
import type { Finding, Measure } from '@videowindow/contract/api/admin';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import { type Database, sql } from '#platform/database';
import type { By } from './commands.ts';

/** Hours until a weakness has to be mended. */
const DUE_H = { critical: 48, high: 7 * 24, medium: 30 * 24, low: 90 * 24 } as const;
const PEN_TEST_DAYS = 92;
const SHOWN = 50;
const DAY_MS = 86_400_000;

type Row = Omit<Finding, 'notedAt' | 'dueAt' | 'closedAt'> & {
  notedAt: Date;
  dueAt: Date | null;
  closedAt: Date | null;
};
const COLUMNS = sql`id, kind, severity, state, title, note, noted_at as "notedAt", due_at as "dueAt", closed_at as "closedAt", outcome`;

const shownOf = ({ notedAt, dueAt, closedAt, ...row }: Row): Finding => ({
  ...row,
  notedAt: notedAt.toISOString(),
  dueAt: dueAt?.toISOString() ?? null,
  closedAt: closedAt?.toISOString() ?? null,
});

/** What is open first, by when it is due; then the newest. */
export const findings = async ({ db }: Database): Promise<Finding[]> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from security_findings
    order by state <> 'open', case when state = 'open' then due_at end, noted_at desc
    limit ${SHOWN}`.execute(db);
  return rows.map(shownOf);
};

export const noteFinding = async (
  database: Database,
  by: By,
  said: Pick<Finding, 'kind' | 'severity' | 'title' | 'note'>,
): Promise<Finding> =>
  await database.transaction(async (tx) => {
    const isTest = said.kind === 'pen_test';
    const id = newId();
    const { rows } = await sql<Row>`
      insert into security_findings (id, kind, severity, state, title, note, noted_by, noted_at, due_at)
      select ${id}, ${said.kind}, ${said.severity}, ${isTest ? 'done' : 'open'}, ${said.title.trim()}, ${said.note.trim()},
             ${by.actor.id}, at, ${isTest ? null : sql`at + make_interval(hours => ${DUE_H[said.severity]})`}
      from app_now() as at
      returning ${COLUMNS}`.execute(tx);
    const { kind, severity, title } = said;
    await recordAudit(tx, {
      actor: by.actor.id,
      action: 'security.noted',
      subject: id,
      facts: { kind, severity, title },
    });
    return shownOf(rows[0] as Row); // an insert that returns has one
  });

/** @throws DomainError not_found, invalid_transition when it was closed before */
export const closeFinding = async (
  database: Database,
  by: By,
  id: string,
  said: { state: 'fixed' | 'accepted'; reason: string },
): Promise<Finding> =>
  await database.transaction(async (tx) => {
    const { rows } = await sql<Row>`
      update security_findings set state = ${said.state}, outcome = ${said.reason.trim()}, closed_at = app_now()
      where id = ${id} and state = 'open'
      returning ${COLUMNS}`.execute(tx);
    const [row] = rows;
    if (!row) {
      const known = await sql`select from security_findings where id = ${id}`.execute(tx);
      throw new DomainError(known.rows.length > 0 ? 'invalid_transition' : 'not_found');
    }
    const action = `security.${said.state}`;
    await recordAudit(tx, {
      actor: by.actor.id,
      action,
      subject: id,
      facts: { reason: said.reason },
      before: 'open',
      after: said.state,
    });
    return shownOf(row);
  });

export const findingMeasures = async (database: Database): Promise<Measure[]> => {
  const { rows } = await sql<{ open: number; late: number; tested: Date | null }>`
    select count(*) filter (where state = 'open')::int as open,
           count(*) filter (where state = 'open' and due_at < app_now())::int as late,
           max(noted_at) filter (where kind = 'pen_test') as tested
    from security_findings`.execute(database.db);
  const { open = 0, late = 0, tested = null } = rows[0] ?? {};
  const days = tested && Math.floor((database.clock().getTime() - tested.getTime()) / DAY_MS);
  return [
    {
      name: 'Findings',
      state: late > 0 ? 'check' : 'good',
      words:
        open === 0 ? 'None is open.' : `${open} open${late > 0 ? `, ${late} of them late` : ', none of them late'}.`,
    },
    {
      name: 'Trial break-in',
      state: days === null ? 'off' : days > PEN_TEST_DAYS ? 'check' : 'good',
      words:
        days === null
          ? 'Nobody has noted one. Have somebody try to get in each quarter, and note what came of it below.'
          : `The last one was noted ${days === 0 ? 'today' : `${days} days ago`}; one each quarter is right.`,
    },
  ];
};
