// Group commit: requests for one auction that wait together are decided together, in the order in which they came.
//
// While a batch is being decided, newcomers queue; when it has committed, all of them are the next batch. An auction
// that nobody is bidding on costs nothing, a hot one commits once per batch instead of once per bid.

export type Line<I, O> = {
  /** Resolves with the answer after its transaction has committed. */
  join(key: string, request: I): Promise<O>;
};

type Waiting<I, O> = { request: I; resolve(answer: O): void; reject(error: unknown): void };

/**
 * @param decide answers a batch, in order, in one transaction. When it throws, the batch is decided again one by one, so
 * that one request cannot fail its neighbours; and that once more, since a commit whose answer was lost has happened:
 * `decide` must give a repeated request its first answer.
 * @param alone whether a request is decided by itself, in its turn.
 * @param most requests in a batch.
 */
export const createLine = <I, O>(
  decide: (key: string, batch: readonly I[]) => Promise<O[]>,
  alone: (request: I) => boolean,
  most = 256,
): Line<I, O> => {
  const lines = new Map<string, Waiting<I, O>[]>();

  const takeBatch = (waiting: Waiting<I, O>[]): Waiting<I, O>[] => {
    const first = waiting[0];
    if (first && alone(first.request)) return waiting.splice(0, 1);
    const next = waiting.findIndex((each) => alone(each.request));
    return waiting.splice(0, Math.min(next < 0 ? waiting.length : next, most));
  };

  const settle = async (key: string, batch: readonly Waiting<I, O>[], tries: number): Promise<void> => {
    try {
      const answers = await decide(
        key,
        batch.map((each) => each.request),
      );
      batch.forEach((each, index) => {
        each.resolve(answers[index] as O); // decide answers each request of its batch
      });
    } catch (error) {
      if (batch.length > 1) for (const each of batch) await settle(key, [each], 2);
      else if (tries > 1) await settle(key, batch, tries - 1);
      else batch[0]?.reject(error);
    }
  };

  const serve = async (key: string, waiting: Waiting<I, O>[]): Promise<void> => {
    for (;;) {
      // One turn of the event loop: what has arrived by now, or is asked for by those just answered, comes along.
      // Without it the first to come would have a transaction of its own each time.
      await new Promise((resolve) => setImmediate(resolve));
      if (waiting.length === 0) break;
      await settle(key, takeBatch(waiting), 2);
    }
    lines.delete(key);
  };

  return {
    join(key, request) {
      return new Promise<O>((resolve, reject) => {
        const standing = lines.get(key);
        if (standing) {
          standing.push({ request, resolve, reject });
          return;
        }
        const waiting = [{ request, resolve, reject }];
        lines.set(key, waiting);
        void serve(key, waiting);
      });
    },
  };
};
