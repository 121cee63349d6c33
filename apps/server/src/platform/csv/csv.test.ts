import { expect, test } from 'vitest';
import { csvOf, rowsOf } from './index.ts';

test('a table becomes a file that any spreadsheet reads, whatever people wrote into it', () => {
  const text = csvOf([
    ['Piece', 'Sum', 'Note'],
    ['Bowl, "blue"', '-12.50', null],
    ['=HYPERLINK("http://evil.test")', 0, 'two\nlines'],
  ]);

  expect(text).toBe(
    '\uFEFFPiece,Sum,Note\r\n"Bowl, ""blue""",-12.50,\r\n"\'=HYPERLINK(""http://evil.test"")",0,"two\nlines"\r\n',
  );
});

test('what is no table is refused soon, however long it is', () => {
  expect(rowsOf(`a,b\n${'x'.repeat(1_000_000)}`)).toMatchObject({ line: 2 });
});
