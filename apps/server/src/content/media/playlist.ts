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
/** The master with the rungs that came after the clip was ready. A name of its own: caches keep the other one. */
export const AV1_MASTER = 'av1-master.m3u8';

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
  lines.push(...variants(ladder, rungs, audio !== undefined, playlist));
  if (audio) lines.push(`#EXT-X-STREAM-INF:${rates(audio)},CODECS="mp4a.40.2"`, `audio/${playlist}`);
  return `${lines.join('\n')}\n`;
}

/** A finished master playlist with more rungs of the same clip; players leave out those whose codec they cannot play. */
export function withRungs(master: string, ladder: Ladder, rungs: readonly RungFiles[], hasSound: boolean): string {
  return `${[master.trimEnd(), ...variants(ladder, rungs, hasSound, PLAYLIST)].join('\n')}\n`;
}

function variants(ladder: Ladder, rungs: readonly RungFiles[], hasSound: boolean, playlist: string): string[] {
  return ladder.rungs.flatMap(({ name, width, height }) => {
    const files = rungs.find((rung) => rung.name === name);
    if (files === undefined) throw new Error(`rung ${name} was planned but not made`);
    const codecs = [codecOf(files.init), ...(hasSound ? ['mp4a.40.2'] : [])].join(',');
    const fps = (ladder.fps.num / ladder.fps.den).toFixed(3);
    return [
      `#EXT-X-STREAM-INF:${rates(files)},RESOLUTION=${width}x${height},FRAME-RATE=${fps},CODECS="${codecs}"`,
      `${name}/${playlist}`,
    ];
  });
}

/** Peak is the heaviest segment, as RFC 8216 4.3.4.2 has it. */
function rates({ segments }: RungFiles): string {
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const peak = Math.max(...segments.map((segment) => (segment.bytes * 8) / Math.max(segment.seconds, 0.001)));
  return `BANDWIDTH=${Math.ceil(peak)},AVERAGE-BANDWIDTH=${Math.ceil((bytes * 8) / Math.max(seconds, 0.001))}`;
}

/** RFC 6381 and "AV1 Codec ISO Media File Format Binding", 5: what stands in the init segment's avcC or av1C box. */
function codecOf(init: Buffer): string {
  const avc = init.indexOf('avcC');
  if (avc >= 0) return `avc1.${init.toString('hex', avc + 5, avc + 8)}`; // profile, constraints and level
  const at = init.indexOf('av1C');
  if (at < 0) throw new Error('init segment without avcC and av1C');
  const [profileAndLevel = 0, depth = 0] = init.subarray(at + 5, at + 7);
  const two = (value: number) => String(value).padStart(2, '0');
  const tier = depth & 0x80 ? 'H' : 'M';
  return `av01.${profileAndLevel >> 5}.${two(profileAndLevel & 0x1f)}${tier}.${depth & 0x40 ? '10' : '08'}`;
}
