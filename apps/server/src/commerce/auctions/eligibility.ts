// Who may bid at all. What allows it is remembered for some seconds, so that a hot auction does not ask about each bid;
// what refuses it is looked at anew each time.
import type { Database, Reader } from '#platform/database';

const REMEMBER_MS = 5_000;
const MOST = 10_000;

/** @returns a check that rejects with the refusal: strikes_exceeded */
export const eligibilityOf = (deps: {
  database: Database;
  locks: { assertMayBid(reader: Reader, person: string): Promise<void> };
}): ((person: string) => Promise<void>) => {
  const until = new Map<string, number>();
  return async (person) => {
    const now = deps.database.clock().getTime();
    if ((until.get(person) ?? 0) > now) return;
    await deps.locks.assertMayBid(deps.database.db, person);
    if (until.size >= MOST) until.clear();
    until.set(person, now + REMEMBER_MS);
  };
};
