/** Which files are taken, whatever made them, and which are refused in words. What becomes of them: engine.test.ts */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { examine } from './engine.ts';
import { ffmpeg, makeClip, writeBytes } from './test-clips.ts';
import { joined, openEngine, streams } from './test-engine.ts';

const { engine, room, jobFolder, process } = openEngine();
afterAll(() => room[Symbol.dispose]());

/** Mean colour of a corner of the first frame, to tell which way is up. */
async function corner(path: string, where: 'top-left' | 'bottom-left'): Promise<{ r: number; g: number; b: number }> {
  const png = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'],
    { maxBuffer: 2 ** 26 },
  );
  const { width, height } = await sharp(png).metadata();
  const box = { left: 4, top: where === 'top-left' ? 4 : height - 20, width: Math.min(16, width - 8), height: 16 };
  const { channels } = await sharp(await sharp(png).extract(box).png().toBuffer()).stats();
  const [r, g, b] = channels.map((channel) => channel.mean);
  return { r: r ?? 0, g: g ?? 0, b: b ?? 0 };
}

describe('a video that is taken', () => {
  it.each([90, 180, 270])('stands upright when its metadata says %i degrees', async (degrees) => {
    // Red above, blue below as it should be seen; stored turned, with the turn back in the metadata.
    const turns: Record<number, string> = { 90: 'transpose=1', 180: 'hflip,vflip', 270: 'transpose=2' };
    const upright = 'drawbox=c=blue:t=fill,drawbox=c=red:t=fill:h=ih/2';
    const stored = { size: '144x256', rate: '10', seconds: 0.5, filter: `${upright},${turns[degrees]}` };
    makeClip(room.path, 'stored.mp4', stored);
    const name = `rotated${degrees}.mov`;
    ffmpeg(room.path, ['-i', 'stored.mp4', '-c', 'copy', '-metadata:s:v:0', `rotate=${degrees}`, name]);

    const { folder, made } = await process(join(room.path, name));

    expect([made.width, made.height]).toEqual([144, 256]);
    const top = await corner(joined(folder, 'v144'), 'top-left');
    const bottom = await corner(joined(folder, 'v144'), 'bottom-left');
    expect(top.r).toBeGreaterThan(150);
    expect(bottom.b).toBeGreaterThan(150);
  });

  it.each([
    [
      'of unknown length in Matroska, as a browser records it',
      'vp8.mkv',
      {
        size: '160x90',
        output: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libvorbis', '-live', '1'],
      },
      [160, 90],
    ],
    ['with pixels that are not square', 'dv.mp4', { size: '720x576', filter: 'setsar=64/45' }, [854, 480]],
  ] as const)('%s is read', async (_what, name, options, size) => {
    const { folder, made } = await process(makeClip(room.path, name, { rate: '10', seconds: 1, ...options }));

    expect([made.width, made.height]).toEqual(size);
    expect(made.durationSeconds).toBeGreaterThan(0.9);
    expect(made.durationSeconds).toBeLessThan(1.2);
    for (const rung of made.rungs) {
      const [video] = streams(joined(folder, rung)).filter((s) => s.codec_type === 'video');
      expect(video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p' });
      expect([video?.width, video?.height].every((side) => side !== undefined && side % 2 === 0)).toBe(true);
    }
  });

  it('of a variable frame rate becomes constant and keeps its length', async () => {
    makeClip(room.path, 'steady.mp4', { size: '160x90', seconds: 2 });
    const dropped = "select='if(lt(t,1),not(mod(n,3)),1)'";
    const coded = ['-vsync', 'vfr', '-c:v', 'libx264', '-preset', 'ultrafast'];
    ffmpeg(room.path, ['-i', 'steady.mp4', '-vf', dropped, ...coded, 'vfr.mp4']);

    const { folder, made } = await process(join(room.path, 'vfr.mp4'));

    expect(made.durationSeconds).toBeCloseTo(2, 1);
    const [video] = streams(joined(folder, 'v90'));
    expect(video?.r_frame_rate).toBe(video?.avg_frame_rate);
  });

  it('of 4K comes down to 1080', async () => {
    const { made } = await process(makeClip(room.path, 'uhd.mp4', { size: '3840x2160', rate: '10', seconds: 0.3 }));

    expect([made.width, made.height]).toEqual([1920, 1080]);
    expect(made.rungs).toEqual(['v240', 'v360', 'v480', 'v720', 'v1080']);
  });
});

describe('a file that is refused', () => {
  const refused = async (source: string) => {
    const verdict = await examine(engine, source, jobFolder());
    if (verdict.ok) throw new Error('it was taken');
    return verdict.rejection;
  };

  it('says what to do when it is empty, text, or cut short', async () => {
    const small = { size: '160x90', rate: '10', seconds: 2 };
    const whole = readFileSync(makeClip(room.path, 'whole2.mp4', { ...small, output: ['-movflags', '+faststart'] }));
    const matroska = readFileSync(makeClip(room.path, 'whole2.mkv', small));
    const tail = readFileSync(makeClip(room.path, 'whole3.mp4', small));

    const found = await Promise.all(
      [
        writeBytes(room.path, 'empty.mp4', ''),
        writeBytes(room.path, 'text.mp4', 'Dear diary, today I threw a jar.\n'.repeat(500)),
        writeBytes(room.path, 'cut-front.mp4', whole.subarray(0, whole.length / 2)),
        writeBytes(room.path, 'cut.mkv', matroska.subarray(0, matroska.length / 2)),
        writeBytes(room.path, 'cut-tail.mp4', tail.subarray(0, tail.length / 2)),
        writeBytes(room.path, 'noise.mp4', Buffer.from(Array.from({ length: 9000 }, (_, n) => (n * 7919 + 13) % 251))),
      ].map(refused),
    );

    for (const rejection of found) {
      expect(rejection.code).toBe('media_unreadable');
      expect(rejection.sentence).toMatch(/upload/);
    }
  });

  it('says that sound alone, pictures and protected files are not videos', async () => {
    ffmpeg(room.path, ['-f', 'lavfi', '-i', 'sine=d=1', 'sound.m4a']);
    ffmpeg(room.path, ['-f', 'lavfi', '-i', 'testsrc2=d=1', '-frames:v', '1', 'still.png']);
    makeClip(room.path, 'locked.mp4', {
      ...{ size: '64x48', rate: '10', seconds: 1 },
      output: [
        '-c:v',
        'libx264',
        '-encryption_scheme',
        'cenc-aes-ctr',
        '-encryption_key',
        '00112233445566778899aabbccddeeff',
        '-encryption_kid',
        '00112233445566778899aabbccddeeff',
      ],
    });

    expect((await refused(join(room.path, 'sound.m4a'))).code).toBe('media_no_video');
    expect((await refused(join(room.path, 'still.png'))).code).toBe('media_unsupported');
    expect((await refused(join(room.path, 'locked.mp4'))).code).toBe('media_encrypted');
  });

  it('does not believe a header about its length', async () => {
    const bytes = readFileSync(makeClip(room.path, 'honest.mp4', { size: '64x48', seconds: 5, sound: false }));
    // mvhd, tkhd and mdhd say 0.2 s; the sample tables still hold 150 frames.
    for (const [box, at] of [
      ['mvhd', 20],
      ['tkhd', 24],
      ['mdhd', 20],
    ] as const) {
      const where = bytes.indexOf(box) + at - 0;
      bytes.writeUInt32BE(Math.max(1, Math.round(bytes.readUInt32BE(where) / 25)), where);
    }
    const source = writeBytes(room.path, 'liar.mp4', bytes);

    const verdict = await examine(
      { ...engine, policy: { maxSeconds: 3, maxPixels: 1e8, maxSide: 8192, maxFps: 240, maxStreams: 64 } },
      source,
      jobFolder(),
    );

    expect(verdict).toMatchObject({ ok: false, rejection: { code: 'media_too_long' } });
  });

  it('never follows a playlist in disguise, nor anything else that names another place', async () => {
    let hits = 0;
    const canary = createServer((_request, response) => {
      hits += 1;
      response.end('canary');
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    // listen(0) on TCP gives an AddressInfo
    const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/secret.ts`;
    const secret = writeBytes(room.path, 'secret.txt', 'SECRET-MARKER');
    const places = [
      address,
      `file://${secret}`,
      `concat:${secret}|${secret}`,
      `subfile,,start,0,end,9,,:${secret}`,
      `data:text/plain,x`,
    ];
    const disguises = places.flatMap((place, n) => [
      writeBytes(room.path, `hls${n}.mp4`, `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${place}\n#EXT-X-ENDLIST\n`),
      writeBytes(room.path, `concat${n}.avi`, `ffconcat version 1.0\nfile '${place}'\n`),
      writeBytes(
        room.path,
        `dash${n}.mp4`,
        `<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>${place}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      ),
      writeBytes(
        room.path,
        `ftyp${n}.mp4`,
        Buffer.concat([
          Buffer.from('000000146674797069736f6d0000000069736f6d', 'hex'),
          Buffer.from(`#EXTM3U\n${place}\n`),
        ]),
      ),
    ]);
    try {
      for (const source of disguises) expect((await refused(source)).code).toBe('media_unreadable');

      expect(hits).toBe(0);
    } finally {
      canary.close();
    }
  });
});
