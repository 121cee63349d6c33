// Group commit: requests that wait together are decided together, in the order in which they came, whichever auctions
// they are for.
//
// Requests for one key are in one flight at a time. While it is on its way newcomers for that key queue, and are part of
// the next: an auction that nobody is bidding on costs nothing, a hot one commits once per batch instead of once per bid,
// and many lukewarm ones share a commit.

export type Line<I, O> = {
  /** Resolves with the answer after its transaction has committed. */
  join(key: string, request: I): Promise<O>;
};

/** In place of an answer: somebody else is at this key just now, it is to be decided apart from the others. */
export const HELD = Symbol('held');

export type Asked<I> = { readonly key: string; readonly request: I };
type Waiting<I, O> = Asked<I> & { resolve(answer: O): void; reject(error: unknown): void };

/**
 * @param decide answers a batch, in order, in one transaction. Of several keys some may be HELD; for a single one it
 * waits. When it throws, each key's part is decided apart, then one by one, so that a request cannot fail its
 * neighbours; and that once more, since a commit whose answer was lost has happened: `decide` must give a repeated
 * request its first answer.
 * @param alone whether a request is decided by itself, in its turn.
 * @param most requests in a batch.
 * @param flights batches on their way at once, not counting what is decided apart.
 */
export const createLine = <I, O>(
  decide: (batch: readonly Asked<I>[]) => Promise<(O | typeof HELD)[]>,
  alone: (request: I) => boolean,
  { most = 256, flights = 2 } = {},
): Line<I, O> => {
  type Part = Waiting<I, O>[];
  /** What waits, by key, in the order in which keys began to wait. */
  const queues = new Map<string, Part>();
  const busy = new Set<string>();
  let flying = 0;
  let waking = false;

  /** What has arrived by now or is asked for by those just answered comes along: hence one turn of the event loop. */
  const wake = () => {
    if (waking) return;
    waking = true;
    setImmediate(() => {
      waking = false;
      for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) {
        flying++;
        void fly(batch).then(() => {
          flying--;
          wake();
        });
      }
    });
  };

  const takeBatch = (): Part => {
    const batch: Part = [];
    if (flying >= flights) return batch;
    for (const [key, waiting] of queues) {
      if (busy.has(key)) continue;
      const until = waiting.findIndex((each) => alone(each.request));
      if (until === 0 && batch.length > 0) continue;
      const count = until < 0 ? waiting.length : Math.max(1, until);
      batch.push(...waiting.splice(0, Math.min(count, most - batch.length)));
      if (waiting.length === 0) queues.delete(key);
      busy.add(key);
      if (until === 0 || batch.length === most) break;
    }
    return batch;
  };

  const fly = async (batch: Part): Promise<void> => {
    const parts = [...Map.groupBy(batch, (each) => each.key)];
    if (parts.length === 1) return await settle(batch);
    const left = await attempt(batch).catch(() => batch);
    const apart = new Set(left.map((each) => each.key));
    for (const [key, part] of parts) {
      if (apart.has(key)) void settle(part).then(wake);
      else busy.delete(key);
    }
  };

  /** Answers what is decided. @returns what was held */
  const attempt = async (batch: Part): Promise<Part> => {
    const answers = await decide(batch);
    return batch.filter((each, index) => {
      const answer = answers[index] as O | typeof HELD; // decide answers each request of its batch
      if (answer === HELD) return true;
      each.resolve(answer);
      return false;
    });
  };

  /** The part of one key; each request by itself when that fails, and once more. */
  const settle = async (part: Part): Promise<void> => {
    const failed = part.length === 1 ? part : await attempt(part).catch(() => part);
    for (const each of failed) {
      await attempt([each])
        .catch(() => attempt([each]))
        .catch(each.reject);
    }
    for (const { key } of part) busy.delete(key);
  };

  return {
    join(key, request) {
      return new Promise<O>((resolve, reject) => {
        const one = { key, request, resolve, reject };
        const standing = queues.get(key);
        if (standing) standing.push(one);
        else queues.set(key, [one]);
        wake();
      });
    },
  };
};
