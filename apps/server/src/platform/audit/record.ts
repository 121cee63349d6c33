// Writing rows of the audit log, in the transaction of what they tell of.
import { newId } from '#platform/crypto';
import { sql, type Tx } from '#platform/database';
import { callerAddress, correlationId } from '#platform/telemetry';

export type AuditEntry = {
  /** Who did it; null for the system and for people who are not signed in. */
  actor: string | null;
  /** A verb in the past tense under its area: `session.started`, `story.approved`. */
  action: string;
  /** What it was done to. */
  subject?: string;
  /** Where from; a request that runs knows it by itself. */
  address?: string | null;
  /** The request that began it; what runs for one (a subscriber, a job) knows it by itself. */
  requestId?: string | null;
  /** What explains it; never a secret, and nothing personal: it stays readable for ever. */
  facts?: Readonly<Record<string, unknown>>;
  /** What a change began with and ended with. */
  before?: unknown;
  after?: unknown;
  /** What of it is personal (an address, a name) and whose it is: erased with that person. */
  personal?: { of: string; facts: Readonly<Record<string, unknown>> };
};

/** Writes the row in the act's transaction: no act without it, and none of it without the act. */
export const recordAudit = async (tx: Tx, entry: AuditEntry): Promise<void> => {
  const facts = {
    ...entry.facts,
    ...(entry.before === undefined ? {} : { before: entry.before }),
    ...(entry.after === undefined ? {} : { after: entry.after }),
  };
  const { personal } = entry;
  const requestId = entry.requestId ?? correlationId();
  // What one request does for several (bids that are decided together) is told with the address of none.
  const address = entry.address ?? (requestId === correlationId() ? callerAddress() : null);
  await sql`
    insert into audit_inbox (id, actor, action, subject, address, request_id, facts, person, personal)
    values (${newId()}, ${entry.actor}, ${entry.action}, ${entry.subject ?? null}, ${address},
            ${requestId}, ${JSON.stringify(facts)}, ${personal?.of ?? null},
            ${personal ? JSON.stringify(personal.facts) : null})`.execute(tx);
};

/**
 * Makes everything personal in the log about a person unreadable for ever, by destroying their key. Rows and chain stay.
 * What is recorded of them from now on is kept without its personal part.
 */
export const forgetPerson = async (tx: Tx, personId: string): Promise<void> => {
  await sql`
    insert into audit_people (person_id, forgotten_at) values (${personId}, clock_timestamp())
    on conflict (person_id) do update
    set key_sealed = null, forgotten_at = coalesce(audit_people.forgotten_at, excluded.forgotten_at)`.execute(tx);
  await sql`update audit_inbox set address = null where actor = ${personId} and address is not null`.execute(tx);
  await sql`update audit_inbox set personal = null where person = ${personId} and personal is not null`.execute(tx);
};
