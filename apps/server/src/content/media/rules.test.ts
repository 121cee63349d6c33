import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyring } from '#platform/crypto';
import { gainFromSummary } from './ffmpeg-args.ts';
import { checkGrant, issueGrant, type Scope, viewerHash, viewersOf } from './grants.ts';
import { constantRate, planLadder } from './ladder.ts';
import { admitUpload } from './media.ts';
import { type Description, describe as describeFile, durationIsSuspicious, type VideoDescription } from './probe.ts';
import { sniff } from './sniff.ts';
import { judge } from './verdict.ts';

const video = (over: Partial<VideoDescription> = {}): VideoDescription => ({
  index: 0,
  codec: 'h264',
  codedWidth: 1920,
  codedHeight: 1080,
  width: 1920,
  height: 1080,
  rotation: 0,
  fps: { num: 30, den: 1 },
  hdr: undefined,
  interlaced: false,
  matrix: 'bt709',
  ...over,
});
const film = (
  over: Partial<VideoDescription> = {},
  durationSeconds = 10,
): Description & { video: VideoDescription } => ({
  demuxer: 'mov',
  durationSeconds,
  video: video(over),
  audio: { index: 1, codec: 'aac', channels: 2 },
  encrypted: false,
  streams: 2,
});

describe('the ladder', () => {
  it('is never larger than the source, even in both sides, of its shape, and rises', () => {
    const side = fc.integer({ min: 16, max: 8192 });
    fc.assert(
      fc.property(side, side, fc.double({ min: 1, max: 240, noNaN: true }), (width, height, rate) => {
        const { rungs, gop, fps } = planLadder(
          film({ width, height, fps: { num: Math.round(rate * 1000), den: 1000 } }),
        );

        expect(rungs.length).toBeGreaterThan(0);
        for (const rung of rungs) {
          expect(rung.width % 2).toBe(0);
          expect(rung.height % 2).toBe(0);
          expect(Math.min(rung.width, rung.height)).toBeLessThanOrEqual(Math.min(width, height));
          expect(Math.max(rung.width, rung.height)).toBeLessThanOrEqual(Math.max(width, height));
          expect(rung.width > rung.height).toBe(width > height && rung.width !== rung.height);
        }
        const sides = rungs.map((rung) => Math.min(rung.width, rung.height));
        expect(sides).toEqual([...sides].sort((a, b) => a - b));
        expect(fps.num / fps.den).toBeGreaterThanOrEqual(10);
        expect(fps.num / fps.den).toBeLessThanOrEqual(60);
        expect((gop * fps.den) / fps.num).toBeGreaterThanOrEqual(2 - 1e-6);
        expect((gop * fps.den) / fps.num).toBeLessThan(2.1);
      }),
    );
  });

  it.each([
    [29.97, 30000, 1001],
    [29.5, 30000, 1001],
    [59.9, 60000, 1001],
    [12, 12, 1],
    [3, 10, 1],
    [240, 60, 1],
  ])('brings a mean of %d frames a second to %i/%i', (mean, num, den) => {
    expect(constantRate(mean)).toEqual({ num, den });
  });

  it('gives short clips two plain MP4s and long ones none', () => {
    expect(planLadder(film({}, 60)).progressive).toEqual(['v480', 'v720']);
    expect(planLadder(film({}, 61)).progressive).toEqual([]);
    expect(planLadder(film({ width: 320, height: 240 }, 5)).progressive).toEqual(['v240']);
  });

  it('has one rung for a picture that was drawn of a recording, its own', () => {
    const { rungs } = planLadder(film({ width: 848, height: 480, drawn: true }));

    expect(rungs).toMatchObject([{ name: 'v480', width: 848, height: 480 }]);
  });
});

describe('the verdict', () => {
  it.each([
    [film({ codedWidth: 30_000, codedHeight: 30_000 }), 'media_unsupported'],
    [film({ fps: { num: 1_000_000, den: 1 } }), 'media_unsupported'],
    [{ ...film(), streams: 10_000 }, 'media_unsupported'],
    [film({ codec: 'cinepak' }), 'media_unsupported'],
    [film({}, 5 * 3600), 'media_too_long'],
    [{ ...film(), encrypted: true }, 'media_encrypted'],
    [{ ...film(), video: undefined }, 'media_no_video'],
    [film({ width: 2, height: 2 }), 'media_unreadable'],
  ])('refuses what it must, case %#', (description, code) => {
    const verdict = judge({ ok: true, description });

    expect(verdict).toMatchObject({ ok: false, rejection: { code } });
    expect(verdict.ok ? '' : verdict.rejection.sentence).toMatch(/\.$/);
  });

  it('lets a plain film through', () => {
    expect(judge({ ok: true, description: film() }).ok).toBe(true);
  });
});

describe('the sniff', () => {
  it('takes no text and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const found = sniff(Buffer.from(`#EXTM3U\n${text}`));
        expect(found.ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(typeof sniff(Buffer.from(bytes)).ok).toBe('boolean');
      }),
    );
  });
});

describe('the probe’s reading', () => {
  const stream = {
    index: 0,
    codec_type: 'video',
    codec_name: 'hevc',
    width: 1920,
    height: 1080,
    avg_frame_rate: '30/1',
  };
  const format = { duration: '10', size: '5000000' };

  it('turns a phone’s picture upright and squares its pixels', () => {
    const turned = describeFile('mov', { format, streams: [{ ...stream, side_data_list: [{ rotation: -90 }] }] }).video;
    const wide = describeFile('mov', {
      format,
      streams: [{ ...stream, width: 720, height: 576, sample_aspect_ratio: '64:45' }],
    }).video;

    expect([turned?.width, turned?.height, turned?.rotation]).toEqual([1080, 1920, 90]);
    expect([wide?.width, wide?.height]).toEqual([1024, 576]);
  });

  it('passes over a cover picture and takes the default track', () => {
    const cover = {
      index: 0,
      codec_type: 'video',
      codec_name: 'mjpeg',
      width: 500,
      height: 500,
      disposition: { attached_pic: 1 },
    };
    const found = describeFile('mov', {
      format,
      streams: [cover, { ...stream, index: 1 }, { ...stream, index: 2, disposition: { default: 1 } }],
    });

    expect(found.video?.index).toBe(2);
  });

  it.each([
    ['silent', { duration: undefined, size: '5000' }, {}],
    ['far from its frames', format, { nb_frames: '9000' }],
    ['far from its own track', format, { duration: '500' }],
    ['absurd for its size', { duration: '10', size: '90000000000' }, { nb_frames: '300' }],
  ])('does not believe a header that is %s', (_why, header, extra) => {
    const output = { format: header, streams: [{ ...stream, ...extra }] };

    expect(durationIsSuspicious(output, describeFile('mov', output))).toBe(true);
  });
});

describe('loudness', () => {
  it('is read from the summary, bounded, and left alone in silence', () => {
    const summary = (lufs: string) =>
      `noise I: -99 LUFS\nSummary:\n\n  Integrated loudness:\n    I:         ${lufs} LUFS\n`;

    expect(gainFromSummary(summary('-20.5'))).toBeCloseTo(6.5);
    expect(gainFromSummary(summary('-50.0'))).toBe(20);
    expect(gainFromSummary(summary('-70.0'))).toBeUndefined();
    expect(gainFromSummary('nothing')).toBeUndefined();
  });
});

describe('a grant', () => {
  const keyring = createKeyring(randomBytes(32).toString('hex'));
  const scopes: readonly Scope[] = [
    { class: 'public' },
    { class: 'private', id: '01900000-0000-7000-8000-000000000001', version: 1 },
    { class: 'private', id: '01900000-0000-7000-8000-000000000001', version: 2 },
    { class: 'private', id: '01900000-0000-7000-8000-000000000002', version: 1 },
  ];
  const now = new Date('2026-11-21T10:00:00Z');
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const me = viewerHash('my session');

  it('opens its own scope and no other', () => {
    for (const given of scopes) {
      const { text } = issueGrant(keyring, given, me, now);
      for (const asked of scopes) {
        expect(checkGrant(keyring, text, asked, [me], 'cookie', after(1)).ok).toBe(given === asked);
      }
    }
  });

  it('is worth nothing changed, ended, borrowed or missing', () => {
    const [scope] = scopes;
    if (scope === undefined) throw new Error('no scope');
    const { text } = issueGrant(keyring, scope, me, now);
    const check = (given: string | undefined, viewers: string[], at: Date, form: 'cookie' | 'path' = 'cookie') =>
      checkGrant(keyring, given, scope, viewers, form, at).ok;

    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'b', '0', '.'), (at, letter) => {
        fc.pre(text[at] !== letter);
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        // The last character of base64url carries spare bits; any other change is seen.
        fc.pre(at < text.length - 1);
        expect(check(changed, [me], after(1))).toBe(false);
      }),
    );
    expect(check(text, [me], after(599))).toBe(true);
    expect(check(text, [me], after(600))).toBe(false);
    expect(check(text, [viewerHash('another')], after(1))).toBe(false);
    expect(check(text, [], after(1))).toBe(false);
    expect(check(text, [], after(1), 'path')).toBe(true);
    expect(check(text, [viewerHash('another')], after(1), 'path')).toBe(false);
    expect(check(undefined, [me], after(1))).toBe(false);
  });

  it('is renewed when half is used, a private one for four hours at most', () => {
    const [open, closed] = scopes;
    if (open === undefined || closed === undefined) throw new Error('no scope');
    const renewedAt = (scope: Scope, started: number, at: number) => {
      const { text } = issueGrant(keyring, scope, me, after(at - 400), Math.floor(after(started).getTime() / 1000));
      const checked = checkGrant(keyring, text, scope, [me], 'cookie', after(at));
      return checked.ok && checked.renewed !== null;
    };

    expect(renewedAt(closed, 0, 400)).toBe(true);
    expect(renewedAt(closed, 0, 4 * 3600 + 1)).toBe(false);
    expect(renewedAt(open, 0, 4 * 3600 + 1)).toBe(true);
  });

  it('binds to the session first, then to the browser', () => {
    expect(viewersOf({ vw_session: 'a', vw_visitor: 'b' })).toEqual([viewerHash('a'), viewerHash('b')]);
    expect(viewersOf({})).toEqual([]);
  });
});

describe('admission', () => {
  const bounds = { fileBytes: 100, dayBytes: 200, personBytes: 300 };
  const space = { free: 1000, total: 1000 };

  it.each([
    [101, { today: 0, inAll: 0 }, space, 'media_too_large'],
    [100, { today: 101, inAll: 101 }, space, 'quota_exceeded'],
    [100, { today: 0, inAll: 201 }, space, 'quota_exceeded'],
    [100, { today: 0, inAll: 0 }, { free: 149, total: 1000 }, 'storage_full'],
  ])('refuses case %#', (bytes, used, free, code) => {
    expect(() => admitUpload(bytes, used, free, bounds)).toThrow(expect.objectContaining({ code }));
  });

  it('lets the last byte in', () => {
    expect(() => admitUpload(100, { today: 100, inAll: 200 }, { free: 150, total: 1000 }, bounds)).not.toThrow();
  });
});
