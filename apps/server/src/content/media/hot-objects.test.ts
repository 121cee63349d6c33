import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createHotObjects } from './hot-objects.ts';

const MODIFIED = new Date(0);

/** Objects of as many bytes as their key says. @returns what was read of them, too */
const shelf = () => {
  const reads: string[] = [];
  const read = async (key: string) => {
    reads.push(key);
    return Readable.from([Buffer.alloc(Number(key.split('-')[0]), key)]);
  };
  return { reads, read };
};
const found = (bytes: number, at = MODIFIED) => ({ bytes, modifiedAt: at });

it('reads what is asked for again only once, and again when it has changed', async () => {
  const { reads, read } = shelf();
  const hot = createHotObjects({ read });

  const first = await hot.read('10-a', found(10));
  const second = await hot.read('10-a', found(10));
  await hot.read('10-a', found(10, new Date(1)));

  expect(first).toEqual(Buffer.alloc(10, '10-a'));
  expect(second).toBe(first);
  expect(reads).toEqual(['10-a', '10-a']);
});

it('keeps no more than its budget: what was used last stays', async () => {
  const { reads, read } = shelf();
  const hot = createHotObjects({ read }, 30);
  for (const key of ['10-a', '10-b', '10-c', '10-a', '10-d']) await hot.read(key, found(10));
  reads.length = 0;

  for (const key of ['10-a', '10-c', '10-d', '10-b']) await hot.read(key, found(10));

  expect(reads).toEqual(['10-b']);
});

it('leaves what is large to be streamed, and keeps nothing that is not what was found', async () => {
  const { reads, read } = shelf();
  const hot = createHotObjects({ read });

  const large = await hot.read('2000000-a', found(2_000_000));
  for (let n = 0; n < 2; n++) await hot.read('10-a', found(11));

  expect(large).toBe(null);
  expect(reads).toEqual(['10-a', '10-a']);
});
