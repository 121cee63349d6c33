import { describe, expect, test } from 'vitest';
import { type Asked, createLine, HELD } from './line.ts';

const never = () => false;
const requestsOf = (batch: readonly Asked<number>[]) => batch.map((each) => each.request);
const keysOf = (batch: readonly Asked<number>[]) => [...new Set(batch.map((each) => each.key))];

describe('a line', () => {
  test('decides together what waits together, in order; what comes meanwhile for the same key is the next batch', async () => {
    const batches: number[][] = [];
    const late: Promise<number>[] = [];
    const line = createLine<number, number>(async (batch) => {
      batches.push(requestsOf(batch));
      if (batches.length === 1) late.push(line.join('a', 5), line.join('a', 6));
      return requestsOf(batch).map((each) => each * 10);
    }, never);

    const answers = await Promise.all([1, 2, 3, 4].map((each) => line.join('a', each)));

    expect(answers).toEqual([10, 20, 30, 40]);
    expect(await Promise.all(late)).toEqual([50, 60]);
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  test('decides what waits for different keys together, each key in one flight at a time', async () => {
    const batches: string[][] = [];
    const flying = new Set<string>();
    const line = createLine<number, number>(async (batch) => {
      batches.push(keysOf(batch));
      for (const key of keysOf(batch)) {
        expect(flying.has(key)).toBe(false);
        flying.add(key);
      }
      if (batches.length < 4) void line.join('a', 1);
      await new Promise((resolve) => setImmediate(resolve));
      for (const key of keysOf(batch)) flying.delete(key);
      return requestsOf(batch);
    }, never);

    await Promise.all(['a', 'b', 'c', 'a', 'd'].map((key, each) => line.join(key, each)));

    expect(batches[0]).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a key that somebody else holds is decided apart, and keeps nobody waiting', async () => {
    const order: string[] = [];
    const held = Promise.withResolvers<void>();
    const line = createLine<number, number>(async (batch) => {
      const keys = keysOf(batch);
      if (keys.length === 1 && keys[0] === 'held') await held.promise;
      return batch.map(({ key, request }) => (keys.length > 1 && key === 'held' ? HELD : request));
    }, never);
    const say = (name: string) => () => void order.push(name);

    const first = line.join('held', 1).then(say('held 1'));
    await line.join('free', 2).then(say('free 2'));
    const second = line.join('held', 3).then(say('held 3'));
    await line.join('free', 4).then(say('free 4'));
    held.resolve();
    await Promise.all([first, second]);

    expect(order).toEqual(['free 2', 'free 4', 'held 1', 'held 3']);
  });

  test('takes a request that must be alone in its turn', async () => {
    const batches: number[][] = [];
    const line = createLine<number, number>(
      async (batch) => {
        batches.push(requestsOf(batch));
        return requestsOf(batch);
      },
      (each) => each < 0,
    );

    await Promise.all([0, 1, 2, -3, 4, 5, -6].map((each) => line.join('a', each)));

    expect(batches).toEqual([[0, 1, 2], [-3], [4, 5], [-6]]);
  });

  test('keeps batches within their bound', async () => {
    const sizes: number[] = [];
    const line = createLine<number, number>(
      async (batch) => {
        sizes.push(batch.length);
        return requestsOf(batch);
      },
      never,
      { most: 3 },
    );

    await Promise.all([1, 2, 3, 4, 5, 6].map((each) => line.join(each < 5 ? 'a' : 'b', each)));

    expect(sizes).toEqual([3, 2, 1]);
  });

  test('a request that fails does not fail its neighbours, of its key or of another', async () => {
    const line = createLine<number, number>(async (batch) => {
      if (requestsOf(batch).includes(3)) throw new Error('three');
      return requestsOf(batch);
    }, never);

    const answers = await Promise.allSettled([1, 2, 3, 4].map((each) => line.join(each < 4 ? 'a' : 'b', each)));

    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('a lost answer is asked for again', async () => {
    let lost = false;
    const line = createLine<number, number>(async (batch) => {
      if (!lost) {
        lost = true;
        throw new Error('connection terminated after commit');
      }
      return requestsOf(batch);
    }, never);

    expect(await line.join('a', 7)).toBe(7);
  });
});
