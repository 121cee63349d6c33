import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyring, equalInConstantTime, newId, randomDigits, randomToken } from '#platform/crypto';

const ring = createKeyring('a secret of this installation, long enough');

test('ids sort by the time they were made', () => {
  const ids = Array.from({ length: 1000 }, () => newId());

  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(1000);
});

test('tokens are 256 bits, digits keep their leading zeros and are spread evenly', () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 5000; i++) {
    const digits = randomDigits(6);
    expect(digits).toMatch(/^\d{6}$/);
    counts[Number(digits[0])] = (counts[Number(digits[0])] ?? 0) + 1;
  }

  expect(Buffer.from(randomToken(), 'base64url')).toHaveLength(32);
  expect(Math.min(...counts)).toBeGreaterThan(350);
});

test('a signature holds for its purpose, its text and its key, and for nothing else', () => {
  const signature = ring.sign('grant', 'clip 1');

  expect(ring.verify('grant', 'clip 1', signature)).toBe(true);
  expect(ring.verify('grant', 'clip 2', signature)).toBe(false);
  expect(ring.verify('other', 'clip 1', signature)).toBe(false);
  expect(createKeyring('another secret').verify('grant', 'clip 1', signature)).toBe(false);
  for (const wrong of ['', 'x', `${signature}A`, signature.slice(1)])
    expect(ring.verify('grant', 'clip 1', wrong)).toBe(false);
});

test('what is sealed comes back, for the same purpose and context only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
      const sealed = ring.encrypt('phone', text, context);
      expect(ring.decrypt('phone', sealed, context)).toBe(text);
      expect(() => ring.decrypt('phone', sealed, `${context}x`)).toThrow();
      expect(() => ring.decrypt('other', sealed, context)).toThrow();
    }),
    { numRuns: 50 },
  );
});

test('sealed twice it looks different', () => {
  expect(ring.encrypt('phone', '1', 'a')).not.toBe(ring.encrypt('phone', '1', 'a'));
});

test('nothing that was changed is opened: any byte, a shorter tag, another key’s id', () => {
  const sealed = ring.encrypt('phone', '+351 910 000 000', 'user 1');
  const bytes = Buffer.from(sealed.slice(2), 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => ring.decrypt('phone', `1.${changed.toString('base64url')}`, 'user 1')).toThrow();
  }
  for (let length = 0; length < bytes.length; length++) {
    expect(() => ring.decrypt('phone', `1.${bytes.subarray(0, length).toString('base64url')}`, 'user 1')).toThrow();
  }
  expect(() => ring.decrypt('phone', `2.${sealed.slice(2)}`, 'user 1')).toThrow();
  expect(() => ring.decrypt('phone', '', 'user 1')).toThrow();
});

test('texts are equal or not, whatever their lengths', () => {
  expect(equalInConstantTime('123456', '123456')).toBe(true);
  expect(equalInConstantTime('123456', '123457')).toBe(false);
  expect(equalInConstantTime('', '1')).toBe(false);
});
