import { describe, expect, test } from 'vitest';
import { createLine } from './line.ts';

const never = () => false;

describe('a line', () => {
  test('decides together what waits together, in order; what comes meanwhile is the next batch', async () => {
    const batches: number[][] = [];
    const late: Promise<number>[] = [];
    const line = createLine<number, number>(async (_key, batch) => {
      batches.push([...batch]);
      if (batches.length === 1) late.push(line.join('a', 5), line.join('a', 6));
      return batch.map((each) => each * 10);
    }, never);

    const answers = await Promise.all([1, 2, 3, 4].map((each) => line.join('a', each)));

    expect(answers).toEqual([10, 20, 30, 40]);
    expect(await Promise.all(late)).toEqual([50, 60]);
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  test('takes a request that must be alone in its turn', async () => {
    const batches: number[][] = [];
    const line = createLine<number, number>(
      async (_key, batch) => {
        batches.push([...batch]);
        return [...batch];
      },
      (each) => each < 0,
    );

    await Promise.all([0, 1, 2, -3, 4, 5, -6].map((each) => line.join('a', each)));

    expect(batches).toEqual([[0, 1, 2], [-3], [4, 5], [-6]]);
  });

  test('keeps batches within their bound, and lines apart', async () => {
    const sizes: Record<string, number[]> = { a: [], b: [] };
    const line = createLine<number, number>(
      async (key, batch) => {
        sizes[key]?.push(batch.length);
        return [...batch];
      },
      never,
      3,
    );

    await Promise.all([1, 2, 3, 4, 5, 6].flatMap((each) => [line.join('a', each), line.join('b', each)]));

    expect(sizes).toEqual({ a: [3, 3], b: [3, 3] });
  });

  test('a request that fails does not fail its neighbours', async () => {
    const line = createLine<number, number>(async (_key, batch) => {
      if (batch.includes(3)) throw new Error('three');
      return [...batch];
    }, never);

    const answers = await Promise.allSettled([1, 2, 3, 4].map((each) => line.join('a', each)));

    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('a lost answer is asked for again', async () => {
    let lost = false;
    const line = createLine<number, number>(async (_key, batch) => {
      if (!lost) {
        lost = true;
        throw new Error('connection terminated after commit');
      }
      return [...batch];
    }, never);

    expect(await line.join('a', 7)).toBe(7);
  });
});
