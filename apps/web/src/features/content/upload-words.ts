// What a maker reads when a file is not taken, by the server's stable codes: what happened, and what to do.
import { ApiError } from '@videowindow/client';
import type { ErrorCode } from '@videowindow/contract';
import { sentenceOf } from '../../lib/sentence.ts';
import { bytesText } from './bytes.ts';

type Details = Readonly<Record<string, unknown>>;
const bytesOf = (value: unknown): string | null => (typeof value === 'number' ? bytesText(value) : null);

/** Every code that an upload, an import or the work on one can end with. */
export const refusalCodes = [
  'media_too_large',
  'quota_exceeded',
  'storage_full',
  'capability_off',
  'import_refused',
  'import_failed',
  'media_unreadable',
  'media_no_video',
  'media_no_sound',
  'media_encrypted',
  'media_too_long',
  'media_unsupported',
  'media_processing_failed',
  'upload_offset_wrong',
  'upload_busy',
  'tus_version_unsupported',
] as const satisfies readonly ErrorCode[];
type RefusalCode = (typeof refusalCodes)[number];

const words: Record<RefusalCode, (details: Details) => string> = {
  media_too_large: ({ maxBytes }) =>
    `The file is larger than the ${bytesOf(maxBytes) ?? 'most'} that this server takes. Export it smaller, or cut it into parts.`,
  quota_exceeded: ({ freeBytes, freeTodayBytes }) =>
    bytesOf(freeTodayBytes) !== null
      ? `You have ${bytesOf(freeTodayBytes)} left for today. Send it tomorrow, or send a smaller one now.`
      : `You have ${bytesOf(freeBytes) ?? 'no room'} left. Delete a draft or a video that you no longer need, then send it again.`,
  storage_full: () => 'There is no room on this server right now. What was sent is kept; try again later.',
  capability_off: () => 'This server cannot take it yet. Ask those who run it to set that up.',
  import_refused: () => 'We do not fetch from this address. Use a public link to the file itself, or upload the file.',
  import_failed: () => 'The file could not be fetched. Open the link to see whether it works, or upload the file.',
  media_unreadable: () => 'This file could not be read. Export it again from the app it was made with, and send that.',
  media_no_video: () => 'There is no picture in this file. Choose the video, or send it as a recording of sound.',
  media_no_sound: () => 'There is no sound in this file. Choose the recording itself.',
  media_encrypted: () => 'This file is copy-protected. Export it without protection, and send that.',
  media_too_long: () => 'It is longer than this server takes. Cut it into parts, and send those.',
  media_unsupported: () => 'This kind of file cannot be used here. Export it as MP4 (H.264), and send that.',
  media_processing_failed: () => 'Preparing it failed on our side. Your file is safe; press “Try again”.',
  upload_offset_wrong: () => 'The upload got out of step. Press “Try again”; it goes on from what was stored.',
  upload_busy: () => 'Another tab is sending this file. Close that one, or wait until it is done.',
  tus_version_unsupported: () => 'This page is older than the server. Load it again; the upload goes on where it was.',
};

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(words, code);

/** What to tell a maker about an upload that was refused or failed. */
export const refusalOf = (error: unknown): string =>
  error instanceof ApiError && isRefusal(error.code) ? words[error.code](error.details) : sentenceOf(error);
