// What would be refused is said before a byte is sent.
import { refusalsOf } from '@videowindow/client';
import { client } from '../../lib/server.ts';
import { bytesText } from './bytes.ts';
import { fileOf, isSameFile, listUploads, rememberedUploads } from './uploads.ts';

type Sized = Pick<File, 'size'>;

/** A sentence for each file that would be refused; undefined for those that would be taken. */
export async function problemsWith(files: readonly File[]): Promise<(string | undefined)[]> {
  // Without an answer the server decides when the upload is announced, before bytes are sent too.
  const quota = await client.call('GET /media/quota').catch(() => null);
  if (!quota) return files.map(({ size }) => (size === 0 ? EMPTY : undefined));
  // What goes on from an earlier visit has its place already.
  const remembered = rememberedUploads();
  const isNew = (file: File) => !remembered.some((stored) => isSameFile(stored.file, fileOf(file)));
  const fresh = files.filter((file) => file.size > 0 && isNew(file));
  // What waits in the queue will take its place before these do.
  const ahead: Sized[] = listUploads().flatMap(({ file, mediaId, state }) =>
    mediaId === null && state !== 'failed' ? [file] : [],
  );
  const refusals = refusalsOf(quota, [...ahead, ...fresh]).slice(ahead.length);
  const isFull = quota.bytesLeft < quota.dayBytesLeft;
  const taken = ahead.reduce((sum, { size }) => sum + size, 0);
  const left = bytesText(Math.max(0, Math.min(quota.bytesLeft, quota.dayBytesLeft) - taken));
  return files.map((file) => {
    if (file.size === 0) return EMPTY;
    const refusal = refusals[fresh.indexOf(file)];
    if (!refusal) return undefined;
    const size = `It has ${bytesText(file.size)}`;
    if (refusal === 'media_too_large') return `${size}; this server takes ${bytesText(quota.fileBytes)} a file.`;
    return isFull
      ? `${size}, and you have ${left} left. Delete a video you no longer need.`
      : `${size}, and you have ${left} left for today. Send it tomorrow.`;
  });
}

const EMPTY = 'It is empty. Export it again and choose the new one.';
