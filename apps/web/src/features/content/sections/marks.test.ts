import { expect, test } from 'vitest';
import { type Change, makeLink, type Selected, toggleList, toggleMark } from './marks.ts';

/** `a |b| c`: what lies between the bars is selected. */
const read = (drawn: string): Selected => {
  const [before = '', picked = '', after = ''] = drawn.split('|');
  return { text: before + picked + after, from: before.length, to: before.length + picked.length };
};
const after = ({ text }: Selected, { from, to, insert, selectFrom, selectTo }: Change): string => {
  const next = text.slice(0, from) + insert + text.slice(to);
  return `${next.slice(0, selectFrom)}|${next.slice(selectFrom, selectTo)}|${next.slice(selectTo)}`;
};

test.each([
  ['one |pull| only', '**', 'one **|pull|** only'],
  ['one **|pull|** only', '**', 'one |pull| only'],
  ['one| pull |only', '*', 'one *|pull|* only'],
  ['||', '**', '**||**'],
  ['**|pull|**', '*', '***|pull|***'],
] as const)('%s with %s becomes %s', (drawn, mark, expected) => {
  const selected = read(drawn);

  expect(after(selected, toggleMark(selected, mark))).toBe(expected);
});

test('lines become a list and lines again, whatever part of them is selected', () => {
  const lines = read('Wood:\no|ak\nas|h\nend');

  const list = toggleList(lines);
  const back = read('Wood:\n- o|ak\n- as|h\nend');

  expect(after(lines, list)).toBe('Wood:\n- oak\n- ash||\nend');
  expect(after(back, toggleList(back))).toBe('Wood:\noak\nash||\nend');
});

test('words become a link whose address is typed next', () => {
  const selected = read('see |the kiln|.');

  expect(after(selected, makeLink(selected))).toBe('see [the kiln](https://||).');
});
