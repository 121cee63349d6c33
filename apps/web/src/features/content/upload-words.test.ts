import { ApiError } from '@videowindow/client';
import { errors } from '@videowindow/contract';
import { mediaApi } from '@videowindow/contract/api/media';
import { expect, test } from 'vitest';
import { refusalCodes, refusalOf } from './upload-words.ts';

const refused = (code: string, details = {}) =>
  refusalOf(new ApiError({ code, status: 422, title: 'As the server says it.', details }));
const known: readonly string[] = refusalCodes;

test.each(refusalCodes)('%s is told in its own words: what happened, and then what to do', (code) => {
  const sentence = refused(code);

  expect(sentence).not.toBe('As the server says it.');
  expect(sentence).toMatch(/^[A-Z][^.;]+[.;] [^.]+.*\.$/);
  expect(sentence).toMatch(/\b(export|cut|send|delete|try again|ask|use|open|choose|press|close|load)\b/i);
  expect(sentence).not.toContain(code);
});

test('every code that the server can refuse an upload or a file with has its words', () => {
  const announced = [
    ...(mediaApi['POST /media/uploadSession'].errors ?? []),
    ...(mediaApi['POST /media/import'].errors ?? []),
  ];
  // No ends of an upload: the one is waited for, the other is about deleting.
  const others = ['media_not_ready', 'media_in_use'];
  const verdicts = Object.keys(errors).filter(
    (code) => /^(media|import|upload|tus)_/.test(code) && !others.includes(code),
  );

  expect([...announced, ...verdicts].filter((code) => !known.includes(code))).toEqual([]);
});

test('what the server knows of the bounds is in the sentence', () => {
  expect(refused('media_too_large', { maxBytes: 10_000_000_000 })).toContain('10 GB');
  expect(refused('quota_exceeded', { freeTodayBytes: 5_000_000 })).toContain('5 MB left for today');
  expect(refused('quota_exceeded', { freeBytes: 0 })).toContain('0 bytes left. Delete');
});
