// The audit log: one append-only row for each privileged or money-moving act, in the act's own transaction.
import { newId } from '#platform/crypto';
import { sql, type Tx } from '#platform/database';

export type AuditEntry = {
  /** Who did it; null for the system and for people who are not signed in. */
  actor: string | null;
  /** A verb in the past tense under its area: `session.started`, `story.approved`. */
  action: string;
  /** What it was done to. */
  subject?: string;
  address?: string | null;
  requestId?: string | null;
  /** Before and after, and what else explains it; never a secret. */
  facts?: Readonly<Record<string, unknown>>;
};

/** Writes the row in the act's transaction: no act without it, and none of it without the act. */
export const recordAudit = async (tx: Tx, entry: AuditEntry): Promise<void> => {
  await sql`
    insert into audit_log (id, actor, action, subject, address, request_id, facts)
    values (${newId()}, ${entry.actor}, ${entry.action}, ${entry.subject ?? null}, ${entry.address ?? null},
            ${entry.requestId ?? null}, ${JSON.stringify(entry.facts ?? {})})`.execute(tx);
};
