// A site with a feed to watch: filled once, or given.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { join } from '../../e2e/stage/accounts.ts';
import { openInstallation } from '../../e2e/stage/installation.ts';
import { listStory } from '../../e2e/stage/stories.ts';
import { demoClips, makeDemoClip } from '../../scripts/demo/clips.ts';
import { buildWeb } from '../../scripts/web-build.mjs';

/** The address of a site that is filled already, so that repeating takes no filling. */
const SITE = process.env.BENCH_SITE;
const STORIES = 10;
/** Drawing one takes longer than publishing it; stories share them, each under addresses of its own. */
const FILMS = 4;
/** So many clips are worked on at once. */
const LANES = 2;

/** Runs `act` on a site of ten stories, and takes the site away again. */
export async function onFilledSite<T>(log: (line: string) => void, act: (url: string) => Promise<T>): Promise<T> {
  if (SITE) return await act(SITE);
  const folder = await mkdtemp(joinPath(tmpdir(), 'bench-player-'));
  const installation = await openInstallation(joinPath(folder, 'data'));
  try {
    buildWeb();
    await installation.start();
    log(`making ${STORIES} stories`);
    const maker = await join(installation, 'Ines Duarte', ['maker']);
    const moderator = await join(installation, 'Noor Haddad', ['moderator']);
    const films = Array.from({ length: FILMS }, (_, at) => joinPath(folder, `${at}.mp4`));
    const drawn = films.map((film, at) => makeDemoClip(at, film));
    const lane = async (from: number) => {
      for (let at = from; at < STORIES; at += LANES) {
        const { title = '', caption, craft } = demoClips[at] ?? {};
        await drawn[at % FILMS];
        await listStory({ maker, moderator }, films[at % FILMS] ?? '', { title, caption, category: craft });
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, from) => lane(from)));
    return await act(installation.url);
  } finally {
    await installation.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
