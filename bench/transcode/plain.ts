// What one would type: a single ffmpeg command, no cage, no probe, no stills, that makes the same ladder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PRESET } from '../../apps/server/src/content/media/ffmpeg-args.ts';
import type { Ladder } from '../../apps/server/src/content/media/ladder.ts';

export type PlainJob = {
  source: string;
  folder: string;
  ladder: Ladder;
  watermark: { file: string; margin: number };
  threads: number;
};

/**
 * The same rungs, encoder settings, keyframes, segments, watermark and threads; loudness by `loudnorm`, which is what a
 * single command can do. Sound is encoded once and shared by `tee`, as ours is, and so are the plain MP4s: nothing is
 * made dearer here than it has to be.
 */
export const runPlain = async (job: PlainJob): Promise<void> => {
  const { ladder, folder } = job;
  for (const name of [...ladder.rungs.map((rung) => rung.name), 'audio', 'mp4']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const child = spawn('ffmpeg', plainArgs(job), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the plain command failed: ${complaint}`);
};

const plainArgs = ({ source, ladder, watermark, threads }: PlainJob): string[] => {
  const descending = [...ladder.rungs].reverse();
  const [top] = descending;
  if (top === undefined) throw new Error('no rungs');
  const cascade = descending.map((rung, n) => {
    const from = n === 0 ? '[marked]null' : `[from${n}]scale=${rung.width}:${rung.height}:flags=bicubic`;
    return n === descending.length - 1 ? `${from}[${rung.name}]` : `${from},split=2[${rung.name}][from${n + 1}]`;
  });
  const graph = [
    `[0:v:0]fps=${ladder.fps.num}/${ladder.fps.den},scale=${top.width}:${top.height}:flags=bicubic:out_color_matrix=bt709,format=yuv420p[clean]`,
    `[clean][1:v]overlay=${watermark.margin}:${watermark.margin}:format=yuv420[marked]`,
    ...cascade,
    '[0:a:0]loudnorm=I=-14:TP=-1,aresample=48000[sound]',
  ];
  const hls = (folder: string, select: string) =>
    `[select=\\'${select}\\':f=hls:hls_time=4:hls_playlist_type=event:hls_segment_type=fmp4:hls_flags=independent_segments` +
    `:hls_fmp4_init_filename=init.mp4:hls_segment_filename=${folder}/%04d.m4s]${folder}/index.m3u8`;
  const outputs = [
    ...ladder.rungs.map((rung, n) => hls(rung.name, `v:${n},a`)),
    hls('audio', 'a'),
    ...ladder.progressive.map((name) => {
      const n = ladder.rungs.findIndex((rung) => rung.name === name);
      return `[select=\\'v:${n},a\\':f=mp4:movflags=+faststart]mp4/${name}.mp4`;
    }),
  ];
  return [
    ...['-v', 'error', '-nostdin', '-y', '-filter_complex_threads', String(threads), '-threads', String(threads)],
    ...['-i', source, '-i', watermark.file, '-filter_complex', graph.join(';')],
    ...ladder.rungs.flatMap((rung) => ['-map', `[${rung.name}]`]),
    ...['-map', '[sound]', '-c:v', 'libx264', '-preset', PRESET, '-profile:v', 'high', '-threads:v', String(threads)],
    ...['-g', String(ladder.gop), '-keyint_min', String(ladder.gop), '-sc_threshold', '0'],
    ...ladder.rungs.flatMap((rung, n) => [
      ...[`-crf:v:${n}`, String(rung.crf), `-maxrate:v:${n}`, String(rung.maxBitRate)],
      ...[`-bufsize:v:${n}`, String(rung.maxBitRate * 2)],
    ]),
    ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-flags', '+global_header', '-f', 'tee', outputs.join('|')],
  ];
};
