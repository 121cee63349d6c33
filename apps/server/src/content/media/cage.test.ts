import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CagedRun, createCage, findProgram } from './cage.ts';
import { cageDoctor } from './cage-doctor.ts';
import { temporaryFolder, writeBytes } from './test-clips.ts';

const room = temporaryFolder();
afterAll(() => room[Symbol.dispose]());
const limits = { wallMs: 20_000, cpuSeconds: 20, memoryBytes: 4 * 2 ** 30, outputBytes: 2 ** 24 };
let jobs = 0;

function job(): string {
  const folder = join(room.path, `job ${jobs++}`);
  mkdirSync(folder);
  return folder;
}

describe.each(['bwrap', 'unshare'] as const)('a %s cage', (kind) => {
  const cage = createCage(kind);
  const ffmpeg = (args: readonly string[], over: Partial<CagedRun> = {}) =>
    cage.run({
      tool: 'ffmpeg',
      folder: job(),
      limits,
      args: () => ['-v', 'error', '-nostdin', '-y', ...args],
      ...over,
    });
  const pattern = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=30'];

  it('lets ffmpeg read its source and write into its folder, and leaves nothing else there', async () => {
    const folder = job();
    const source = writeBytes(room.path, 'a source.txt', 'hello');

    const made = await ffmpeg([...pattern, '-t', '0.2', 'out put.mp4'], { folder });
    const copied = await cage.run({
      tool: 'ffmpeg',
      folder,
      source,
      limits,
      args: (path) => ['-v', 'error', '-f', 'data', '-i', path, '-map', '0', '-c', 'copy', '-f', 'data', 'copy.txt'],
    });

    expect(made).toMatchObject({ ok: true });
    expect(copied).toMatchObject({ ok: true });
    expect(readFileSync(join(folder, 'copy.txt'), 'utf8')).toBe('hello');
    expect(existsSync(join(folder, '.root'))).toBe(false);
  });

  it('has no network', async () => {
    let hits = 0;
    const canary = createServer((_request, response) => {
      hits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const { port } = canary.address() as AddressInfo; // TCP

    const run = await ffmpeg(['-i', `http://127.0.0.1:${port}/x`, 'out.mp4']);

    canary.close();
    expect(run.ok).toBe(false);
    expect(hits).toBe(0);
  });

  it('has no files but its own', async () => {
    const folder = job();
    const secret = writeBytes(room.path, 'secret.txt', 'SECRET-MARKER');
    const reading = (path: string) =>
      ffmpeg(['-f', 'data', '-i', path, '-map', '0', '-c', 'copy', '-f', 'data', 'stolen'], { folder });

    for (const path of [secret, '/etc/passwd', '/proc/1/environ', join(process.cwd(), 'package.json')]) {
      expect(await reading(path)).toMatchObject({ ok: false, why: 'exit' });
    }

    const written = await ffmpeg([...pattern, '-t', '0.1', '/usr/out.mp4']);
    const readOnly = await cage.run({
      tool: 'ffmpeg',
      folder,
      source: secret,
      limits,
      args: (path) => [...pattern, '-t', '0.1', '-f', 'mpegts', '-y', path],
    });
    expect(written.ok).toBe(false);
    expect(readOnly.ok).toBe(false);
    expect(readFileSync(secret, 'utf8')).toBe('SECRET-MARKER');
  });

  it('ends what takes too long, writes too much, wants too much memory or is called off', async () => {
    const endless = [...pattern, '-f', 'null', '-'];
    const called = new AbortController();

    const few = { ...limits, outputBytes: 2 ** 23 };
    const pieces = ['-c:v', 'rawvideo', '-f', 'segment', '-segment_time', '0.05', '%06d.avi'];
    setTimeout(() => called.abort(), 200);
    const [late, busy, large, many, hungry, off] = await Promise.all([
      ffmpeg(['-re', ...endless], { limits: { ...limits, wallMs: 400 } }),
      ffmpeg(endless, { limits: { ...limits, cpuSeconds: 1 } }),
      ffmpeg([...pattern, '-c:v', 'rawvideo', 'large.avi'], { limits: { ...limits, outputBytes: 2 ** 20 } }),
      ffmpeg([...pattern, ...pieces], { limits: few }),
      ffmpeg(['-f', 'lavfi', '-i', 'color=s=16384x16384', '-f', 'null', '-'], {
        limits: { ...limits, memoryBytes: 2 ** 29 },
      }),
      ffmpeg(['-re', ...endless], { signal: called.signal }),
    ]);

    expect(late).toMatchObject({ ok: false, why: 'timeout' });
    expect(busy.ok).toBe(false);
    expect(large).toMatchObject({ ok: false, why: 'output_too_large' });
    expect(many).toMatchObject({ ok: false, why: 'output_too_large' });
    expect(hungry.ok).toBe(false);
    expect(off).toMatchObject({ ok: false, why: 'aborted' });
  });
});

describe('the doctor', () => {
  it('finds a cage here and says so', () => {
    expect(cageDoctor().cage?.kind).toBe('bwrap');
  });

  it('refuses without ffmpeg and says what to install', () => {
    const found = cageDoctor({
      tools: { ffmpeg: 'no-such-ffmpeg', ffprobe: 'ffprobe', 'heif-convert': 'heif-convert' },
    });

    expect(found.cage).toBeUndefined();
    expect(found.details.join(' ')).toContain('apt-get install ffmpeg');
  });

  it('follows links to programs', () => {
    expect(findProgram('sh')).toMatch(/^\/usr\/bin\//);
    expect(findProgram('no-such-program')).toBeUndefined();
  });
});
