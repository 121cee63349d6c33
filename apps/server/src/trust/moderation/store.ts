// The SQL of reports.
import type { Report } from '@videowindow/contract/api/trust';
import { type Reader, sql, type Tx } from '#platform/database';

export type ReportRow = {
  id: string;
  kind: Report['kind'];
  subjectId: string;
  reason: Report['reason'];
  note: string;
  reporterId: string;
  state: Report['state'];
  createdAt: Date;
};

const REPORT = sql`
  id, kind, subject_id as "subjectId", reason, note, reporter_id as "reporterId", state, created_at as "createdAt"`;

/** Adds a report, or finds the open one that this person has already made of it. */
export const insertReport = async (
  tx: Tx,
  report: Pick<ReportRow, 'id' | 'kind' | 'subjectId' | 'reason' | 'note' | 'reporterId'>,
): Promise<{ id: string; added: boolean }> => {
  const added = await sql<{ id: string }>`
    insert into reports (id, kind, subject_id, reason, note, reporter_id, created_at)
    values (${report.id}, ${report.kind}, ${report.subjectId}, ${report.reason}, ${report.note}, ${report.reporterId}, app_now())
    on conflict (reporter_id, kind, subject_id) where state = 'open' do nothing
    returning id`.execute(tx);
  if (added.rows[0]) return { id: added.rows[0].id, added: true };
  const known = await sql<{ id: string }>`
    select id from reports
    where reporter_id = ${report.reporterId} and kind = ${report.kind} and subject_id = ${report.subjectId} and state = 'open'`.execute(
    tx,
  );
  return { id: known.rows[0]?.id ?? report.id, added: false };
};

/** The report, locked with all others of its subject in one order: acting on one of them may close them all. */
export const lockReport = async (tx: Tx, id: string): Promise<ReportRow | null> => {
  const { rows } = await sql<ReportRow>`
    select ${REPORT}
    from reports
    where (kind, subject_id) = (select kind, subject_id from reports where id = ${id})
    order by reports.id
    for update`.execute(tx);
  return rows.find((row) => row.id === id) ?? null;
};

/** Closes every open report of one subject. */
export const closeReports = async (
  tx: Tx,
  about: { kind: string; subjectId: string; only: string | null },
  decision: { state: 'removed' | 'dismissed'; by: string; reason: string },
): Promise<void> => {
  const only = about.only ? sql`and id = ${about.only}` : sql``;
  await sql`
    update reports
    set state = ${decision.state}, decided_by = ${decision.by}, decided_reason = ${decision.reason}
    where kind = ${about.kind} and subject_id = ${about.subjectId} and state = 'open' ${only}`.execute(tx);
};

export const openReports = async (
  db: Reader,
  page: { after: { at: Date; id: string } | null; limit: number },
): Promise<ReportRow[]> => {
  const behind = page.after ? sql`and (created_at, id) > (${page.after.at}, ${page.after.id})` : sql``;
  const { rows } = await sql<ReportRow>`
    select ${REPORT} from reports where state = 'open' ${behind} order by created_at, id limit ${page.limit}`.execute(
    db,
  );
  return rows;
};
