import { expect, test } from 'vitest';
import { csvOf } from './index.ts';

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
