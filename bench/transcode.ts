// Our pipeline (probe, judge, loudness, cage, ladder, stills, packaging: until all outputs exist) against one plain
// ffmpeg command for the same ladder, alternating: a short clip in one run, a long one in chunks, joined with its sound; and
// how soon the first 8 s of the long one can be played.
//
// --scale multiplies the clips' lengths: at 1 they are 20 s and 180 s; the long one is never shorter than chunks are made of.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cageDoctor } from '../apps/server/src/content/media/cage-doctor.ts';
import {
  makeChunk,
  makeFilmStills,
  makeSound,
  planFilm,
  type Sound,
  soundIn,
} from '../apps/server/src/content/media/chunks-engine.ts';
import { type Engine, examine, transcode } from '../apps/server/src/content/media/engine.ts';
import { planLadder } from '../apps/server/src/content/media/ladder.ts';
import { DEFAULT_WATERMARK, drawWatermark } from '../apps/server/src/content/media/watermark.ts';
import { median } from './programs/figures.ts';
import type { Bench } from './run.ts';
import { runPlain } from './transcode/plain.ts';

const ROUNDS = 5;
const HANDLE = 'ines.duarte';

export const bench: Bench = async ({ scale, log }) => {
  const { cage, summary } = cageDoctor();
  if (cage === undefined) throw new Error(summary);
  const threads = availableParallelism();
  const engine: Engine = { cage, threads };
  const folder = await mkdtemp(join(tmpdir(), 'bench-transcode-'));
  try {
    const short = makeFilm(folder, 'short.mp4', Math.max(4, Math.round(20 * scale)));
    const ours: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push((await runOurs(engine, folder, short)).seconds);
      plain.push(await timePlain(engine, folder, short, threads));
      log(`round ${round + 1}: ours ${ours.at(-1)?.toFixed(2)} s, plain ${plain.at(-1)?.toFixed(2)} s`);
    }
    const long = makeFilm(folder, 'long.mp4', Math.max(61, Math.round(180 * scale)));
    const film = await runFilm(engine, folder, long);
    log(`long clip: first 8 s after ${film.firstSeconds.toFixed(2)} s, all after ${film.seconds.toFixed(2)} s`);
    const plainFilm = await timePlain(engine, folder, long, threads);
    log(`long clip: plain ${plainFilm.toFixed(2)} s`);
    return {
      wall_ratio: median(ours) / median(plain),
      long_wall_ratio: film.seconds / plainFilm,
      first_rung_ratio: film.firstSeconds / film.seconds,
      ours_s: median(ours),
      plain_s: median(plain),
      first_rung_s: film.firstSeconds,
      long_s: film.seconds,
      threads,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A phone's film: 1080 × 1920, 30 frames a second, movement and grain everywhere, sound. */
const makeFilm = (folder: string, name: string, seconds: number): string => {
  const picture = `testsrc2=s=1080x1920:r=30:d=${seconds},noise=alls=6:allf=t,gblur=sigma=0.8`;
  const sound = `anoisesrc=c=pink:a=0.1:d=${seconds}`;
  const coder = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-b:v',
    '10M',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-shortest',
  ];
  execFileSync(
    'ffmpeg',
    ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, ...coder, name],
    { cwd: folder },
  );
  return join(folder, name);
};

const runOurs = async (engine: Engine, root: string, source: string) => {
  const folder = join(root, 'ours');
  await mkdir(folder);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const verdict = await examine(engine, source, folder);
  if (!verdict.ok) throw new Error(verdict.rejection.sentence);
  const made = await transcode(engine, { source, folder, description: verdict.description, handle: HANDLE });
  if (made.kind !== 'ready') throw new Error(`our pipeline: ${made.kind}`);
  const seconds = elapsed();
  await rm(folder, { recursive: true });
  return { seconds };
};

/** As the jobs do it: sound, poster and the first chunk together, then chunk after chunk. Its first chunk is the first 8 s. */
const runFilm = async (engine: Engine, root: string, source: string) => {
  const base = join(root, 'film');
  const folder = async (name: string) => {
    await mkdir(join(base, name), { recursive: true });
    return join(base, name);
  };
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const verdict = await examine(engine, source, await folder('probe'));
  if (!verdict.ok) throw new Error(verdict.rejection.sentence);
  const film = planFilm(verdict.description, HANDLE, undefined);
  const work = async (name: string) => ({ source, folder: await folder(name), signal: undefined });
  const soundWork = await work('sound');
  const sound: Promise<Sound | undefined> = makeSound(engine, film, soundWork).then((made) => {
    if (made && 'kind' in made) throw new Error(`our sound: ${made.kind}`);
    return made && soundIn(soundWork.folder, made);
  });
  let firstSeconds = 0;
  const stills = makeFilmStills(engine, film, await work('stills'));
  for (const chunk of film.chunks) {
    const made = await makeChunk(engine, film, chunk, sound, await work(`chunk${chunk.n}`), async () => {});
    if (made.kind !== 'made') throw new Error(`our chunk ${chunk.n}: ${made.kind}`);
    await stills;
    if (chunk.n === 0) firstSeconds = elapsed();
  }
  const seconds = elapsed();
  await rm(base, { recursive: true });
  return { seconds, firstSeconds };
};

/** The watermark's picture is given to the plain command; drawing it is our pipeline's own time. */
const timePlain = async (engine: Engine, root: string, source: string, threads: number): Promise<number> => {
  const folder = join(root, 'plain');
  const scratch = join(root, 'probe');
  await mkdir(folder);
  await mkdir(scratch);
  const verdict = await examine(engine, source, scratch);
  if (!verdict.ok) throw new Error(verdict.rejection.sentence);
  const ladder = planLadder(verdict.description);
  const top = ladder.rungs.at(-1);
  if (top === undefined) throw new Error('no rungs');
  const file = join(folder, 'mark.png');
  await writeFile(file, await drawWatermark(HANDLE, top, DEFAULT_WATERMARK));
  const margin = Math.round(Math.min(top.width, top.height) * 0.045);
  const started = performance.now();
  await runPlain({ source, folder, ladder, watermark: { file, margin }, threads });
  const seconds = (performance.now() - started) / 1000;
  await rm(folder, { recursive: true });
  await rm(scratch, { recursive: true });
  return seconds;
};
