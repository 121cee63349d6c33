import { uploadFile } from '@videowindow/client';
import { sentenceOf } from './queries.ts';
import { client } from './server.ts';

const LOOK_EVERY_MS = 400;

/** What the server says of a file that is no picture. */
class Unusable extends Error {}

/** Sends a picture and waits until it can be shown. @returns its id. @throws Unusable, ApiError */
export async function sendPicture(file: File): Promise<string> {
  const { mediaId: id } = await uploadFile({ client, data: file, file, purpose: 'image' });
  for (;;) {
    const { state, rejection } = await client.call('GET /media/:id', { params: { id } });
    if (state === 'ready') return id;
    if (rejection) throw new Unusable(rejection.sentence);
    if (state === 'failed') throw new Unusable('The picture could not be prepared. Please try again.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** What to tell a person about a picture that could not be sent. */
export const pictureProblem = (error: unknown): string =>
  error instanceof Unusable ? error.message : sentenceOf(error);
