// Proves that nothing in the log was changed, added or taken out since it was sealed.
import type { Keyring } from '#platform/crypto';
import { type Reader, sql } from '#platform/database';
import { AT, type ChainEntry, stampOf } from './chain.ts';
import { proofOfBase } from './months.ts';

const BATCH = 2000;
/** More than this is not listed: the log is lost. */
const PROBLEMS_AT_MOST = 100;

export type AuditHead = { seq: number; stamp: string };
export type AuditProblem =
  | { kind: 'changed'; seq: number; id: string }
  | { kind: 'missing'; from: number; to: number }
  /** It does not follow on the entry before it. */
  | { kind: 'out_of_line'; seq: number; id: string };

export type Verified = { entries: number; head: AuditHead; problems: AuditProblem[] };

/**
 * @param anchor a head that was written down elsewhere: finds that the end was cut off, head and all.
 */
export const verifyChain = async (reader: Reader, keyring: Keyring, anchor?: AuditHead): Promise<Verified> => {
  const problems: AuditProblem[] = [];
  const { rows: heads } = await sql<AuditHead & { baseSeq: number; baseStamp: string; baseProof: string }>`
    select seq, stamp, base_seq as "baseSeq", base_stamp as "baseStamp", base_proof as "baseProof"
    from audit_head`.execute(reader);
  const head = heads[0] ?? { seq: 0, stamp: '', baseSeq: 0, baseStamp: '', baseProof: '' };
  // Months before it were taken away, by us: that is what the proof says.
  let last: AuditHead = { seq: head.baseSeq, stamp: head.baseStamp };
  if (last.seq > 0 && proofOfBase(keyring, last.seq, last.stamp) !== head.baseProof) {
    problems.push({ kind: 'missing', from: 1, to: last.seq });
  }
  let entries = 0;
  let anchored =
    anchor === undefined || anchor.seq < last.seq || (anchor.seq === last.seq && anchor.stamp === last.stamp);
  while (problems.length < PROBLEMS_AT_MOST) {
    const { rows } = await sql<ChainEntry & { stamp: string }>`
      select seq, id, ${AT} as at, actor, action, subject, request_id as "requestId", facts::text as facts, origin, person,
             personal, previous, stamp
      from audit_entries
      where seq > ${last.seq}
      order by seq
      limit ${BATCH}`.execute(reader);
    for (const row of rows) {
      const { seq, id, stamp, previous } = row;
      if (seq > last.seq + 1) problems.push({ kind: 'missing', from: last.seq + 1, to: seq - 1 });
      else if (previous !== last.stamp) problems.push({ kind: 'out_of_line', seq, id });
      if (stampOf(keyring, row) !== stamp) problems.push({ kind: 'changed', seq, id });
      if (anchor?.seq === seq && anchor.stamp === stamp) anchored = true;
      last = { seq, stamp };
    }
    entries += rows.length;
    if (rows.length < BATCH) break;
  }
  const known = Math.max(head.seq, anchor?.seq ?? 0);
  if (known > last.seq) problems.push({ kind: 'missing', from: last.seq + 1, to: known });
  else if (!anchored && anchor) problems.push({ kind: 'missing', from: anchor.seq, to: anchor.seq });
  return { entries, head: last, problems: problems.slice(0, PROBLEMS_AT_MOST) };
};
