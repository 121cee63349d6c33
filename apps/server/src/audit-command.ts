// `audit verify`: proves that the audit log is as it was written.
import type { Audit, AuditHead, AuditProblem } from '#platform/audit';
import { ConfigError } from '#platform/config';
import type { Database } from '#platform/database';

export const auditCommand = async (
  { audit, database }: { audit: Audit; database: Database },
  [word, head]: readonly string[],
): Promise<void> => {
  const anchor = head === undefined ? undefined : readHead(head);
  if (word !== 'verify' || anchor === null) throw new ConfigError(['audit verify, or audit verify SEQ:STAMP']);
  await audit.sealNow();
  const { entries, head: last, problems } = await audit.verify(database.db, anchor);
  for (const problem of problems) console.log(describe(problem));
  console.log(
    problems.length === 0
      ? `All ${entries} entries are as they were written. The log stands at ${last.seq}:${last.stamp}`
      : `The audit log is not as it was written.`,
  );
  if (problems.length > 0) process.exitCode = 1;
};

const readHead = (text: string): AuditHead | null => {
  const [, seq, stamp] = /^(\d{1,15}):([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  return seq === undefined || stamp === undefined ? null : { seq: Number(seq), stamp };
};

const describe = (problem: AuditProblem): string => {
  if (problem.kind === 'changed') return `entry ${problem.seq} (${problem.id}) was changed`;
  if (problem.kind === 'out_of_line')
    return `entry ${problem.seq} (${problem.id}) does not follow on the one before it`;
  return problem.from === problem.to
    ? `entry ${problem.from} is missing`
    : `entries ${problem.from} to ${problem.to} are missing`;
};
