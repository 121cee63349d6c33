/** The pipeline without a server, for the tests of this room: files in, what a player gets out. Not used by the product. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cageDoctor } from './cage-doctor.ts';
import { type Engine, examine, type Package, transcode } from './engine.ts';
import { temporaryFolder } from './test-clips.ts';
import { DEFAULT_POLICY, type Rejection, type VideoPolicy } from './verdict.ts';

export interface Processed {
  readonly made: Package;
  /** The largest plain MP4. */
  readonly file: string;
  /** All bytes of all files that were made, one character each. */
  readonly bytes: string;
}

export function openPipeline() {
  const { cage } = cageDoctor();
  if (cage === undefined) throw new Error('these tests need a cage: run the doctor');
  const room = temporaryFolder();
  let jobs = 0;
  const jobFolder = () => {
    const folder = join(room.path, `job ${jobs++}`);
    mkdirSync(folder);
    return folder;
  };
  const engineFor = (policy: Partial<VideoPolicy>): Engine => ({
    cage,
    threads: 2,
    policy: { ...DEFAULT_POLICY, ...policy },
  });

  return {
    folder: room.path,
    async process(source: string): Promise<Processed> {
      const folder = jobFolder();
      const engine = engineFor({});
      const verdict = await examine(engine, source, folder);
      if (!verdict.ok) throw new Error(`refused: ${JSON.stringify(verdict.rejection)}`);
      const result = await transcode(engine, { source, folder, description: verdict.description, handle: undefined });
      if (result.kind !== 'ready') throw new Error(`${result.kind}: ${JSON.stringify(result)}`);
      const made = result.package;
      const bytes = made.files.map((name) => readFileSync(join(folder, name), 'latin1')).join('');
      return { made, file: join(folder, made.progressive.at(-1) ?? ''), bytes };
    },
    /** What its maker is told. */
    async refuse(source: string, policy: Partial<VideoPolicy> = {}): Promise<Rejection> {
      const verdict = await examine(engineFor(policy), source, jobFolder());
      if (verdict.ok) throw new Error('it was taken');
      return verdict.rejection;
    },
    close: () => room[Symbol.dispose](),
  };
}
