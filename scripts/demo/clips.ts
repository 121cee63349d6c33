/** Demo clips: 24 short vertical films of craft, drawn and synthesised by code when an empty installation first starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grain } from './clips/light.ts';
import { mixDown } from './clips/sound.ts';
import { createCanvas, FPS, HEIGHT, SECONDS, WIDTH } from './clips/stage.ts';
import { demoClips } from './clips-catalogue.ts';

export { type DemoClip, demoClips, demoMakers } from './clips-catalogue.ts';

/**
 * Renders one clip (720 × 1280, 24 frames a second, 6 s, with sound) to `outFile`, an MP4. Some 6 s of one core.
 * @param index 0 to `demoClips.length - 1`
 * @throws Error when ffmpeg is missing or fails
 */
export async function makeDemoClip(
  index: number,
  outFile: string,
  options: { ffmpeg?: string; signal?: AbortSignal } = {},
): Promise<void> {
  const clip = demoClips[index];
  if (clip === undefined) throw new RangeError(`there are ${demoClips.length} demo clips`);
  const folder = await mkdtemp(join(tmpdir(), 'clip-'));
  try {
    const sound = join(folder, 'sound.wav');
    await writeFile(sound, mixDown(clip.scene.sound));
    await encode(clip.scene.prepare, sound, outFile, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function encode(
  prepare: (typeof demoClips)[number]['scene']['prepare'],
  sound: string,
  outFile: string,
  options: { ffmpeg?: string; signal?: AbortSignal },
): Promise<void> {
  const film = spawn(options.ffmpeg ?? 'ffmpeg', encoderArgs(sound, outFile), {
    stdio: ['pipe', 'ignore', 'pipe'],
    signal: options.signal,
  });
  const ended = once(film, 'close');
  ended.catch(() => undefined); // awaited below; until then it must not end the process
  let complaint = '';
  film.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  film.stdin.on('error', () => undefined); // its exit code says why
  const render = await prepare();
  // Two canvases: one is drawn while the other is on its way.
  const canvases = [createCanvas(), createCanvas()] as const;
  let sent: Promise<unknown> = Promise.resolve();
  for (let frame = 0; frame < FPS * SECONDS && film.exitCode === null; frame++) {
    const canvas = canvases[frame % 2 === 0 ? 0 : 1];
    canvas.pixels.fill(0);
    render(canvas, frame / (FPS * SECONDS), frame);
    grain(canvas, frame);
    await Promise.race([sent, ended]);
    sent = new Promise((resolve) => film.stdin.write(canvas.pixels, resolve));
  }
  await Promise.race([sent, ended]);
  film.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg could not write the clip: ${complaint || `exit ${code}`}`);
}

function encoderArgs(sound: string, outFile: string): string[] {
  return [
    ...[
      '-v',
      'error',
      '-y',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-s',
      `${WIDTH}x${HEIGHT}`,
      '-r',
      String(FPS),
      '-i',
      'pipe:0',
      '-i',
      sound,
    ],
    ...[
      '-vf',
      'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      '19',
      '-threads',
      '1',
    ],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-c:a', 'aac', '-b:a', '128k', '-shortest', '-movflags', '+faststart', outFile],
  ];
}
