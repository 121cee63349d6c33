/** A film in chunks without a server, for the tests of this room. Not used by the product. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cageDoctor } from './cage-doctor.ts';
import { type Film, type MadeChunk, makeChunk, makeSound, planFilm, soundIn } from './chunks-engine.ts';
import { type Engine, examine, type PictureDescription } from './engine.ts';
import { temporaryFolder, writeBytes } from './test-clips.ts';

/** Two frames at 10 a second: what reordering needs; the whole film is that much later, as one run makes it too. */
export const DELAY = 0.2;

export function openFilms() {
  const { cage } = cageDoctor();
  if (cage === undefined) throw new Error('these tests need a cage: run the doctor');
  const engine: Engine = { cage, threads: 2 };
  const room = temporaryFolder();
  let jobs = 0;

  const jobFolder = () => {
    const folder = join(room.path, `job ${jobs++}`);
    mkdirSync(folder);
    return folder;
  };
  const describe = async (source: string): Promise<PictureDescription> => {
    const verdict = await examine(engine, source, jobFolder());
    if (!verdict.ok) throw new Error(verdict.rejection.code);
    return verdict.description;
  };

  return {
    engine,
    folder: room.path,
    jobFolder,
    describe,
    planOf: async (source: string, cut?: { startSeconds: number; endSeconds: number }): Promise<Film> =>
      planFilm(await describe(source), undefined, cut),
    /** All chunks, each in a folder of its own, and the smallest rung as one file. */
    async make(source: string, film: Film): Promise<{ chunks: MadeChunk[]; whole: string; folders: string[] }> {
      const work = { source, signal: undefined };
      const soundFolder = jobFolder();
      const made = await makeSound(engine, film, { ...work, folder: soundFolder });
      if (made && 'kind' in made) throw new Error(made.kind);
      const sound = made && soundIn(soundFolder, made);
      const chunks: MadeChunk[] = [];
      const folders: string[] = [];
      for (const chunk of film.chunks) {
        const folder = jobFolder();
        const result = await makeChunk(
          engine,
          film,
          chunk,
          Promise.resolve(sound),
          { ...work, folder },
          async () => {},
        );
        if (result.kind !== 'made') throw new Error(JSON.stringify(result));
        chunks.push(result);
        folders.push(folder);
      }
      const rung = film.ladder.rungs[0]?.name ?? '';
      const files = chunks.flatMap((chunk, n) =>
        chunk.files
          .filter((file) => file.startsWith(`${rung}/`) && file.endsWith('.m4s'))
          .map((file) => readFileSync(join(folders[n] ?? '', file))),
      );
      const whole = Buffer.concat([readFileSync(join(folders[0] ?? '', rung, 'init.mp4')), ...files]);
      return { chunks, folders, whole: writeBytes(jobFolder(), 'whole.mp4', whole) };
    },
    close: () => room[Symbol.dispose](),
  };
}

/** Presentation times of all packets of a stream, in order. */
export function times(path: string, stream: 'v' | 'a'): number[] {
  const show = ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path];
  const out = execFileSync('ffprobe', show, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => Number(line.split(',')[0]))
    .sort((a, b) => a - b);
}
