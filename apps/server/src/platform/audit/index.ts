// The audit log: one append-only row for each privileged or money-moving act, in the act's own transaction; sealed into
// a chain within a second, so that `verify` can prove that nothing was changed or taken out.
import type { Keyring } from '#platform/crypto';
import type { Database, Reader } from '#platform/database';
import type { JobDefinition } from '#platform/jobs';
import type { SealedColumn } from '#platform/keys';
import type { Log } from '#platform/telemetry';
import { type AuditFilter, findAudit } from './find.ts';
import { dropOldMonths, makeMonths } from './months.ts';
import { PERSON_KEY } from './people.ts';
import { recordAudit } from './record.ts';
import { sealInbox } from './sealer.ts';
import { type AuditHead, type Verified, verifyChain } from './verify.ts';

export type { AuditFilter, AuditRow } from './find.ts';
export { type AuditEntry, forgetPerson, recordAudit } from './record.ts';
export type { AuditHead, AuditProblem, Verified } from './verify.ts';

const SEAL_EVERY_MS = 1000;

export type Audit = ReturnType<typeof createAudit>;

export const createAudit = (deps: {
  database: Database;
  keyring: Keyring;
  log: Log;
  /** Months that entries are kept; for ever when left out. */
  keepMonths?: number | undefined;
}) => {
  const { database, keyring, log } = deps;
  let sealing: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let busy = false;

  const sealNow = () => sealInbox(database, keyring);
  const tick = () => {
    if (busy) return;
    busy = true;
    sealing = sealNow()
      .catch((error) => log.error({ err: error }, 'the audit log could not be sealed'))
      .finally(() => {
        busy = false;
      });
  };
  const sealed: readonly SealedColumn[] = [
    { table: 'audit_people', column: 'key_sealed', purpose: PERSON_KEY, key: 'person_id' },
  ];
  const noteHead: JobDefinition = {
    // In the logs, which are kept elsewhere: whoever cuts off the end of the chain cannot cut it off there.
    cron: '0 * * * *',
    async handle(_payload, { log }) {
      await makeMonths(database);
      const { rows } = await database.pool.query<AuditHead>('select seq, stamp from audit_head');
      if (rows[0]) log.info({ head: `${rows[0].seq}:${rows[0].stamp}` }, 'the audit log stands here');
    },
  };

  /** Seals, verifies, and notes that it was done, and what came of it. @param actor who asked; null for the nightly one */
  const prove = async (actor: string | null): Promise<Verified> => {
    await sealNow();
    const verified = await verifyChain(database.db, keyring);
    const { entries, problems } = verified;
    const facts = { entries, problems: problems.length };
    await database.transaction((tx) => recordAudit(tx, { actor, action: 'audit.verified', facts }));
    return verified;
  };
  const proveNightly: JobDefinition = {
    cron: '30 3 * * *',
    async handle(_payload, { log }) {
      const { problems } = await prove(null);
      if (problems.length > 0) log.error({ problems }, 'the audit log is not as it was written');
    },
  };

  const { keepMonths } = deps;
  const dropOld = async () => {
    if (keepMonths !== undefined) await dropOldMonths(database, keyring, keepMonths);
  };

  return {
    sealed,
    jobs: {
      'audit.note_head': noteHead,
      'audit.prove': proveNightly,
      'audit.drop_old_months': { cron: '45 0 * * *', handle: dropOld } satisfies JobDefinition,
    },
    /** Seals every second from now on; in worker processes. */
    async start() {
      await makeMonths(database);
      tick();
      timer = setInterval(tick, SEAL_EVERY_MS);
      timer.unref();
    },
    async stop() {
      if (timer) clearInterval(timer);
      await sealing;
    },
    /** Takes away what is older than it is kept. */
    dropOld,
    /** Seals what waits, at once. @returns how many entries that were. */
    sealNow,
    prove,
    verify: (reader: Reader, anchor?: AuditHead) => verifyChain(reader, keyring, anchor),
    find: (reader: Reader, filter: AuditFilter, page: Parameters<typeof findAudit>[3]) =>
      findAudit(reader, keyring, filter, page),
  };
};
