/** Stories in tests: one real clip goes through the pipeline once; each story gets a copy of its row and its files. */
import { randomUUID } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import type { Story, StoryText } from '@videowindow/contract/api/content';
import { sql } from '#platform/database';
import { makeClip, temporaryFolder } from '../content/media/test-clips.ts';
import type { TestApp } from './app.ts';
import type { Person } from './people.ts';

export type Studio = Awaited<ReturnType<typeof openStudio>>;

/** Uploads the clip as `owner`, who is anybody that may upload. */
export const openStudio = async (app: TestApp, owner: Person) => {
  using folder = temporaryFolder();
  const data = await readFile(makeClip(folder.path, 'clip.mp4', { size: '180x320', rate: '10', seconds: 1 }));
  const { mediaId: original } = await uploadVideo({
    client: owner.client,
    data,
    file: { name: 'clip.mp4', size: data.length },
    headers: { cookie: owner.cookie() },
  });
  await app.settle();

  const studio = {
    /** A ready video of this person. @returns its id */
    async clip(person: Person): Promise<string> {
      const id = randomUUID();
      const files = (media: string) => join(app.dataFolder, 'objects', 'media', media);
      await cp(files(original), files(id), { recursive: true });
      await sql`
        insert into media (id, owner_id, state, filename, bytes, progress, package, created_at, expires_at)
        select ${id}, ${person.id}, state, filename, bytes, progress, package, app_now(), expires_at
        from media where id = ${original}`.execute(app.database.db);
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
