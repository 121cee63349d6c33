/** The engine without a server: a source in, its files out, for the tests of this room. Not used by the product. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cage } from './cage.ts';
import { cageDoctor } from './cage-doctor.ts';
import { type Engine, examine, type Package, type Progress, transcode } from './engine.ts';
import { segmentsOf } from './playlist.ts';
import { ffprobeJson, temporaryFolder, writeBytes } from './test-clips.ts';

export function openEngine() {
  const cage: Cage | undefined = cageDoctor().cage;
  if (cage === undefined) throw new Error('these tests need a cage: run the doctor');
  const engine: Engine = { cage, threads: 2 };
  const room = temporaryFolder();
  let jobs = 0;

  const jobFolder = (): string => {
    const folder = join(room.path, `job ${jobs++}`);
    mkdirSync(folder);
    return folder;
  };

  return {
    cage,
    engine,
    room,
    jobFolder,
    /** The whole pipeline; fails the test when the file is not taken. */
    async process(
      source: string,
      handle?: string,
      using = engine,
    ): Promise<{ folder: string; made: Package; progress: Progress[] }> {
      const folder = jobFolder();
      const verdict = await examine(using, source, folder);
      if (!verdict.ok) throw new Error(`refused: ${verdict.rejection.code}`);
      const progress: Progress[] = [];
      const result = await transcode(using, {
        source,
        folder,
        description: verdict.description,
        handle,
        onProgress: (p) => progress.push(p),
      });
      if (result.kind !== 'ready') throw new Error(`${result.kind}: ${JSON.stringify(result)}`);
      return { folder, made: result.package, progress };
    },
  };
}

/** The rung as one file, the way a player puts it together. */
export function joined(folder: string, rung: string): string {
  const names = segmentsOf(readFileSync(join(folder, rung, 'index.m3u8'), 'utf8')).map((segment) => segment.name);
  return writeBytes(
    folder,
    `${rung}.joined.mp4`,
    Buffer.concat(['init.mp4', ...names].map((name) => readFileSync(join(folder, rung, name)))),
  );
}

interface Shown {
  width: number;
  height: number;
  codec_type: string;
  pix_fmt?: string;
  duration?: string;
  color_space?: string;
  codec_name?: string;
  avg_frame_rate?: string;
  r_frame_rate?: string;
}

export function streams(path: string): Shown[] {
  // ffprobe's JSON, read by a test that fails when it is something else
  return (ffprobeJson(path, ['-show_streams']) as { streams: Shown[] }).streams;
}
