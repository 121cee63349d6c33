/** Sound recordings of every kind become clips of their waveform; one goes all the way through the server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uploadFile } from '@videowindow/client';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestApp } from '../../testing/app.ts';
import { signIn } from '../../testing/people.ts';
import { cageDoctor } from './cage-doctor.ts';
import { ffmpeg, makeClip, temporaryFolder, writeBytes } from './test-clips.ts';
import { watch } from './test-measures.ts';
import { DEFAULT_POLICY } from './verdict.ts';
import { clipOfSound } from './waveform.ts';

const { cage } = cageDoctor();
if (cage === undefined) throw new Error('these tests need a cage: run the doctor');
const engine = { cage, policy: { ...DEFAULT_POLICY, maxSeconds: 5 } };
const room = temporaryFolder();
afterAll(() => room[Symbol.dispose]());

/** Loud in its second half only. */
function makeSound(name: string, output: readonly string[] = [], seconds = 2): string {
  const tone = `aevalsrc='if(gt(t,${seconds / 2}),0.7,0.01)*sin(2*PI*1000*t)':s=44100:d=${seconds}`;
  ffmpeg(room.path, ['-f', 'lavfi', '-i', tone, ...output, name]);
  return join(room.path, name);
}

function makeCovered(name: string): string {
  makeSound('bare.mp3');
  ffmpeg(room.path, ['-f', 'lavfi', '-i', 'color=red:s=500x500', '-frames:v', '1', 'cover.jpg']);
  const both = ['-i', 'bare.mp3', '-i', 'cover.jpg', '-map', '0', '-map', '1', '-c', 'copy'];
  ffmpeg(room.path, [...both, '-disposition:v', 'attached_pic', name]);
  return join(room.path, name);
}

let jobs = 0;
const draw = (source: string) => clipOfSound(engine, source, join(room.path, `job ${jobs++}`));

/** Well above the middle of the picture, in its quiet half and in its loud one. */
const HALVES = [
  [0.25, 0.406],
  [0.75, 0.406],
] as const;
const isInk = (colour: readonly number[]): boolean => colour.every((part) => part > 128);

async function inkOf(picture: string): Promise<boolean[]> {
  const { width, height } = await sharp(picture).metadata();
  const light = async ([x, y]: readonly [number, number]) => {
    const square = { left: Math.round(width * x) - 4, top: Math.round(height * y) - 4, width: 8, height: 8 };
    const { channels } = await sharp(await sharp(picture).extract(square).png().toBuffer()).stats();
    return isInk(channels.map(({ mean }) => mean));
  };
  return await Promise.all(HALVES.map(light));
}

describe('a recording', () => {
  it.each([
    ['MP3', 'a.mp3', []],
    ['M4A', 'a.m4a', []],
    ['WAV', 'a.wav', []],
    ['FLAC', 'a.flac', []],
    ['Ogg Vorbis', 'a.ogg', ['-c:a', 'libvorbis']],
    ['Ogg Opus', 'a.opus', ['-c:a', 'libopus']],
    ['ALAC', 'alac.m4a', ['-c:a', 'alac']],
    ['24-bit WAV of six channels', 'six.wav', ['-c:a', 'pcm_s24le', '-ac', '6']],
  ])('in %s becomes a clip that shows its waveform and sounds at its moment', async (_what, name, output) => {
    const drawn = await draw(makeSound(name, output));

    const clip = drawn.ok ? drawn.source : '';
    const { beep, pitch, colours } = watch(clip, { places: HALVES });
    expect(Math.abs(beep - 1)).toBeLessThan(0.06);
    expect(pitch).toBeGreaterThan(900);
    expect(colours.map(isInk)).toEqual([false, true]);
  });

  it.each<[string, () => string, string, string]>([
    ['that is text', () => writeBytes(room.path, 'text.mp3', 'Dear diary'), 'media_unreadable', 'Export it as MP3'],
    ['that is cut short', () => cut(makeSound('whole.m4a')), 'media_unreadable', 'cut short'],
    ['that is empty', () => writeBytes(room.path, 'empty.mp3', ''), 'media_unreadable', 'empty'],
    ['without sound', () => makeSilent(), 'media_no_sound', 'Choose the recording'],
    ['that is too long', () => makeSound('long.wav', [], 6), 'media_too_long', '5 s is the most'],
    ['that is noise in FLAC', () => garble(makeSound('noise.flac')), 'media_unreadable', 'not a recording'],
  ])('%s is refused in words that say what to do', async (_what, make, code, words) => {
    const drawn = await draw(make());

    expect(drawn).toMatchObject({ ok: false, rejection: { code } });
    expect(drawn.ok ? '' : drawn.rejection.sentence).toContain(words);
  });

  it('uploaded as one plays with a poster of its waveform, whatever its cover shows', async () => {
    const app = await startTestApp({ env: { WATERMARK_OPACITY: '0' } });
    const maker = await signIn(app, 'ines', ['maker']);
    const data = readFileSync(makeCovered('cover.mp3'));

    const { mediaId: id } = await uploadFile({
      client: maker.client,
      data,
      purpose: 'audio',
      file: { name: 'bells.mp3', size: data.length },
      headers: { cookie: maker.cookie(), origin: app.url() },
    });
    await app.settle();

    const media = await maker.client.call('GET /media/:id', { params: { id } });
    expect(media).toMatchObject({ state: 'ready', purpose: 'audio', rejection: null });
    expect(media.view).toMatchObject({ kind: 'audio', hasAudio: true, width: 848, height: 480 });
    expect(media.view?.mp4.map(({ shortSide }) => shortSide)).toEqual([480]);
    const poster = join(app.dataFolder, 'objects', 'media', id, 'private-1', 'poster.jpg');
    expect(await inkOf(poster)).toEqual([false, true]);
    await app.stop();
  });
});

function cut(path: string): string {
  const whole = readFileSync(path);
  return writeBytes(room.path, 'cut.m4a', whole.subarray(0, whole.length / 2));
}

function makeSilent(): string {
  return makeClip(room.path, 'silent.mp4', { size: '64x48', rate: '10', seconds: 1, sound: false });
}

/** Keeps its head, which says what it would be. */
function garble(path: string): string {
  const bytes = readFileSync(path);
  return writeBytes(room.path, 'garbled.flac', Buffer.concat([bytes.subarray(0, 42), Buffer.alloc(5000, 0x5a)]));
}
