/** Stories in tests: one real clip goes through the pipeline once a run; each story gets a copy of its row and its files. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import type { Story, StoryText } from '@videowindow/contract/api/content';
import { inject } from 'vitest';
import { sql } from '#platform/database';
import { makeClip, temporaryFolder } from '../content/media/test-clips.ts';
import { startTestApp, type TestApp } from './app.ts';
import { type Person, signIn } from './people.ts';

export type Studio = Awaited<ReturnType<typeof openStudio>>;

/**
 * The clip as it lies in the folder that all files of the run share: `files` and its `row`. Who finds none uploads it to a
 * server of its own, so that nothing of that is seen by any test; two who come at once both do, and one of them is kept.
 */
const clipOfTheRun = async (): Promise<string> => {
  const shared = join(inject('sharedFolder'), 'clip');
  if (existsSync(shared)) return shared;
  const app = await startTestApp();
  try {
    const id = await uploadClip(app);
    const { rows } = await sql<{ row: string }>`
      select to_jsonb(m)::text as row from media m where id = ${id}`.execute(app.database.db);
    const made = await mkdtemp(`${shared}-`);
    await rename(join(app.dataFolder, 'objects', 'media', id), join(made, 'files'));
    await writeFile(join(made, 'row'), rows[0]?.row ?? '');
    await rename(made, shared).catch(() => rm(made, { recursive: true }));
  } finally {
    await app.stop();
  }
  return shared;
};

const uploadClip = async (app: TestApp): Promise<string> => {
  const owner = await signIn(app, 'ines', ['maker']);
  using folder = temporaryFolder();
  const data = await readFile(makeClip(folder.path, 'clip.mp4', { size: '180x320', rate: '10', seconds: 1 }));
  const { mediaId } = await uploadVideo({
    client: owner.client,
    data,
    file: { name: 'clip.mp4', size: data.length },
    headers: { cookie: owner.cookie() },
  });
  await app.settle();
  return mediaId;
};

export const openStudio = async (app: TestApp) => {
  const shared = await clipOfTheRun();
  const original = await readFile(join(shared, 'row'), 'utf8');

  const studio = {
    /** A ready video of this person. @returns its id */
    async clip(person: Pick<Person, 'id'>): Promise<string> {
      const id = randomUUID();
      await cp(join(shared, 'files'), join(app.dataFolder, 'objects', 'media', id), { recursive: true });
      await sql`
        insert into media (id, owner_id, state, filename, bytes, progress, package, created_at, expires_at)
        select ${id}, ${person.id}, state, filename, bytes, progress, package, app_now(), expires_at
        from jsonb_populate_record(null::media, ${original}::jsonb)`.execute(app.database.db);
      return id;
    },

    /** The same video once more, where one is as good as several that are made. @returns its id */
    async again(mediaId: string): Promise<string> {
      const id = randomUUID();
      const objects = join(app.dataFolder, 'objects', 'media');
      await cp(join(objects, mediaId), join(objects, id), { recursive: true });
      await sql`
        insert into media (id, owner_id, state, filename, bytes, progress, package, created_at, expires_at)
        select ${id}, owner_id, state, filename, bytes, progress, package, app_now(), expires_at
        from media where id = ${mediaId}`.execute(app.database.db);
      return id;
    },

    /** A draft that could be sent in. */
    async draft(maker: Person, text: Partial<StoryText> = {}): Promise<Story> {
      return await maker.client.call('POST /stories', {
        body: {
          title: 'Moon jar, wood ash',
          caption: 'One pull. #moonjar',
          sections: [{ kind: 'process', text: 'Thrown in one piece and fired for three days.' }],
          mediaId: text.mediaId === undefined ? await studio.clip(maker) : text.mediaId,
          ...text,
        },
      });
    },

    async submitted(maker: Person, text: Partial<StoryText> = {}): Promise<Story> {
      const { id } = await studio.draft(maker, text);
      return await maker.client.call('POST /stories/:id/submit', { params: { id } });
    },

    async listed(maker: Person, moderator: Person, text: Partial<StoryText> = {}): Promise<Story> {
      return await studio.approve(moderator, await studio.submitted(maker, text));
    },

    approve: (moderator: Person, { id, version }: Pick<Story, 'id' | 'version'>): Promise<Story> =>
      moderator.client.call('POST /moderation/stories/:id/decision', {
        params: { id },
        body: { decision: 'approve', reason: '', version },
      }),
  };
  return studio;
};
