import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCanvas, HEIGHT, WIDTH } from './clips/stage.ts';
import { demoClips, makeDemoClip } from './clips.ts';
import { demoMakers } from './clips-catalogue.ts';

test('there are 24 clips, each of a maker whom we know, each with words of its own', () => {
  expect(demoClips).toHaveLength(24);
  const handles = new Set(demoMakers.map((maker) => maker.handle));
  for (const clip of demoClips) expect(handles).toContain(clip.maker);
  for (const part of ['slug', 'title', 'caption', 'scene'] as const) {
    expect(new Set(demoClips.map((clip) => clip[part])).size).toBe(24);
  }
});

test.each(demoClips.map((clip) => [clip.slug, clip] as const))('%s draws a picture that moves', async (_slug, clip) => {
  const render = await clip.scene.prepare();
  const [one, other] = [createCanvas(), createCanvas()];

  render(one, 0.2, 29);
  render(other, 0.6, 86);

  const mean = one.pixels.reduce((sum, value) => sum + value, 0) / one.pixels.length;
  const differing = one.pixels.filter((value, i) => Math.abs(value - (other.pixels[i] ?? 0)) > 12).length;
  expect(mean).toBeGreaterThan(12);
  expect(mean).toBeLessThan(215);
  expect(differing / one.pixels.length).toBeGreaterThan(0.002);
});

test('a clip becomes a film of six seconds with sound', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo clip '));
  const file = join(folder, 'one.mp4');

  await makeDemoClip(12, file);

  const shown = execFileSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'stream=codec_type,width,height,nb_frames', '-of', 'csv=p=0', file],
    { encoding: 'utf8' },
  );
  await rm(folder, { recursive: true });
  expect(shown).toContain(`video,${WIDTH},${HEIGHT},144`);
  expect(shown).toContain('audio');
  await expect(makeDemoClip(24, file)).rejects.toThrow(RangeError);
}, 120_000);
