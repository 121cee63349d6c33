import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormError, type FormMap, parseForm } from './form.ts';

/** Writes nested values as the Stripe SDK does. */
function write(value: unknown, name = ''): [string, string][] {
  if (typeof value === 'string') return [[name, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => write(inner, name === '' ? key : `${name}[${key}]`));
}

describe('bracketed forms', () => {
  test('nest maps and lists', () => {
    const form = parseForm(
      'mode=payment&line_items[0][price_data][currency]=usd&line_items[0][quantity]=1&expand[]=a&expand[]=b',
    );

    expect(JSON.parse(JSON.stringify(form))).toEqual({
      mode: 'payment',
      line_items: { 0: { price_data: { currency: 'usd' }, quantity: '1' } },
      expand: { 0: 'a', 1: 'b' },
    });
  });

  test('come back as they were written', () => {
    const key = fc.stringMatching(/^[a-z_]{1,8}$/);
    const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ maxDepth: 4 }, fc.string(), tie('tree')), { minKeys: 1, maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = new URLSearchParams(write(value)).toString();
        expect(JSON.parse(JSON.stringify(parseForm(text)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test.each(['[a]=1', 'a[b=1', 'a]b[=1', 'a=1&a[b]=2', 'a[b]=1&a=2', `a${'[b]'.repeat(9)}=1`])('refuse %s', (text) => {
    expect(() => parseForm(text)).toThrow(FormError);
  });

  test('never throw anything else, and never touch a prototype', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseForm(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FormError);
        }
      }),
    );
    const form: FormMap = parseForm('__proto__[polluted]=yes&constructor[prototype][polluted]=yes');
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
