/** The HLS master playlist, and what our own media playlists say. RFC 8216. */
import type { Ladder } from './ladder.ts';

export interface RungFiles {
  readonly name: string;
  readonly init: Buffer;
  readonly segments: readonly { readonly seconds: number; readonly bytes: number }[];
}

/** Names under which players find them: the live ones grow while the work goes on, the others are written once, at its end. */
export const LIVE_PLAYLIST = 'live.m3u8';
export const LIVE_MASTER = 'live-master.m3u8';
export const PLAYLIST = 'index.m3u8';
export const MASTER = 'master.m3u8';

/** A rendition's playlist: an EVENT that grows, until `ended` says that all is there. */
export function mediaPlaylist(segments: readonly { readonly seconds: number }[], ended: boolean): string {
  const longest = Math.max(1, ...segments.map(({ seconds }) => Math.round(seconds)));
  return [
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${longest}`, '#EXT-X-MEDIA-SEQUENCE:0'],
    ...[`#EXT-X-PLAYLIST-TYPE:${ended ? 'VOD' : 'EVENT'}`, '#EXT-X-INDEPENDENT-SEGMENTS'],
    // Players would begin near the end of what still grows.
    ...(ended ? [] : ['#EXT-X-START:TIME-OFFSET=0']),
    '#EXT-X-MAP:URI="init.mp4"',
    ...segments.flatMap(({ seconds }, n) => [`#EXTINF:${seconds.toFixed(6)},`, segmentName(n)]),
    ...(ended ? ['#EXT-X-ENDLIST'] : []),
    '',
  ].join('\n');
}

export const segmentName = (n: number): string => `${String(n).padStart(4, '0')}.m4s`;

/** Seconds of each finished segment in a media playlist that ffmpeg wrote (or is still writing). */
export function segmentsOf(playlist: string): { name: string; seconds: number }[] {
  const lines = playlist.split('\n');
  return lines.flatMap((line, n) => {
    const seconds = /^#EXTINF:([\d.]+)/.exec(line)?.[1];
    const name = lines[n + 1];
    return seconds !== undefined && name ? [{ name, seconds: Number(seconds) }] : [];
  });
}

/** All URIs are relative, so that a prefix or a CDN in front changes nothing in it. Smallest rung first. */
export function masterPlaylist(
  ladder: Ladder,
  rungs: readonly RungFiles[],
  audio: RungFiles | undefined,
  playlist: string = PLAYLIST,
): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  const sound = audio ? ',mp4a.40.2' : '';
  for (const rung of ladder.rungs) {
    const files = rungs.find(({ name }) => name === rung.name);
    if (files === undefined) throw new Error(`rung ${rung.name} was planned but not made`);
    lines.push(
      `#EXT-X-STREAM-INF:${rates(files)},RESOLUTION=${rung.width}x${rung.height}` +
        `,FRAME-RATE=${(ladder.fps.num / ladder.fps.den).toFixed(3)},CODECS="${avcCodec(files.init)}${sound}"`,
      `${rung.name}/${playlist}`,
    );
  }
  if (audio) lines.push(`#EXT-X-STREAM-INF:${rates(audio)},CODECS="mp4a.40.2"`, `audio/${playlist}`);
  return `${lines.join('\n')}\n`;
}

/** Peak is the heaviest segment, as RFC 8216 4.3.4.2 has it. */
function rates({ segments }: RungFiles): string {
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const peak = Math.max(...segments.map((segment) => (segment.bytes * 8) / Math.max(segment.seconds, 0.001)));
  return `BANDWIDTH=${Math.ceil(peak)},AVERAGE-BANDWIDTH=${Math.ceil((bytes * 8) / Math.max(seconds, 0.001))}`;
}

/** RFC 6381: profile, constraints and level as they stand in the init segment's avcC box. */
function avcCodec(init: Buffer): string {
  const at = init.indexOf('avcC');
  if (at < 0) throw new Error('init segment without avcC');
  return `avc1.${init.toString('hex', at + 5, at + 8)}`;
}
