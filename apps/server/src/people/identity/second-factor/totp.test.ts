import { describe, expect, test } from 'vitest';
import { base32, codeAt, keyUri, stepAt, stepOfCode } from './totp.ts';

const secret = Buffer.from('12345678901234567890');
const at = (seconds: number) => new Date(seconds * 1000);

describe('codes of an authenticator app', () => {
  // RFC 6238, appendix B (SHA-1)
  test.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('at second %d are those of the RFC', (seconds, code) => {
    expect(codeAt(secret, stepAt(at(seconds)), 8)).toBe(code);
  });

  test('are taken one step early and late, and no further', () => {
    const now = 1_234_567_890;
    const step = stepAt(at(now));
    const taken = [-2, -1, 0, 1, 2].map((off) => stepOfCode(secret, codeAt(secret, step + off), at(now)));

    expect(taken).toEqual([null, step - 1, step, step + 1, null]);
  });

  test.each(['', '12345', '1234567', 'abcdef'])('"%s" is none', (code) => {
    expect(stepOfCode(secret, code, at(59))).toBeNull();
  });
});

// RFC 4648, section 10
test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('base32 of "%s" is "%s"', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

test('the address in the picture names the place and the account, whatever is in their names', () => {
  const url = new URL(keyUri(secret, 'Kiln & Co', 'vera@people.test'));

  expect(decodeURIComponent(url.pathname)).toBe('/Kiln & Co:vera@people.test');
  expect(url.searchParams.get('issuer')).toBe('Kiln & Co');
  expect(url.searchParams.get('secret')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(url.href).not.toContain('+');
});
