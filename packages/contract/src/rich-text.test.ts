import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Block, plainText, readRichText } from './rich-text.ts';

it('reads paragraphs, line breaks, lists, marks and links', () => {
  const text =
    'Thrown in **one** pull,\nnot *two*.\n\n- oak\n- ash, see [the kiln](https://kiln.test/a?b=1)\n1. wait\n2) open it\nThen look.';

  expect(readRichText(text)).toEqual([
    {
      kind: 'paragraph',
      spans: [
        { kind: 'text', text: 'Thrown in ' },
        { kind: 'strong', text: 'one' },
        { kind: 'text', text: ' pull,\nnot ' },
        { kind: 'stressed', text: 'two' },
        { kind: 'text', text: '.' },
      ],
    },
    {
      kind: 'bullets',
      items: [
        [{ kind: 'text', text: 'oak' }],
        [
          { kind: 'text', text: 'ash, see ' },
          { kind: 'link', text: 'the kiln', href: 'https://kiln.test/a?b=1' },
        ],
      ],
    },
    { kind: 'numbers', start: 1, items: [[{ kind: 'text', text: 'wait' }], [{ kind: 'text', text: 'open it' }]] },
    { kind: 'paragraph', spans: [{ kind: 'text', text: 'Then look.' }] },
  ] satisfies Block[]);
  expect(plainText(text)).toBe(
    'Thrown in one pull,\nnot two.\n\noak\nash, see the kiln\n\nwait\nopen it\n\nThen look.',
  );
});

it('leaves what is no mark as it was typed', () => {
  for (const text of [
    '2 * 3 * 4',
    '24 cm x 18 cm',
    '** not this **',
    '[x](javascript:alert(1))',
    '-5 degrees',
    '<b>no</b>',
    '**open',
    '1960. A good year',
  ])
    expect(plainText(text)).toBe(text);
});

it('loses no letter that is no mark, and makes links to the web only, whatever is typed', () => {
  const pieces = [...'ab *-1.)[](\n', '](https://', '](javascript:'];
  const typed = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join(''));
  fc.assert(
    fc.property(typed, (text) => {
      const letters = (words: string) => words.replace(/https?:|javascript:|[^ab]/g, '');
      expect(letters(plainText(text))).toBe(letters(text));
      for (const block of readRichText(text)) {
        const spans = block.kind === 'paragraph' ? block.spans : block.items.flat();
        for (const span of spans) if (span.kind === 'link') expect(span.href).toMatch(/^https?:\/\//);
      }
    }),
  );
});
