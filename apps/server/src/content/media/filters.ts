/** The filter chains that every run shares: from a source's picture and sound to the ones of the ladder. Pure. */
import type { Ladder, Rung } from './ladder.ts';
import type { VideoDescription } from './probe.ts';

export interface Watermark {
  readonly file: string;
  readonly corner: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
  /** Distance from both edges in pixels of the largest rung. */
  readonly margin: number;
}

export const SAMPLE_RATE = 48_000;

/** A source's picture as the largest rung shows it: constant rate, SDR, BT.709. ffmpeg itself has turned it upright. */
export function uprightPicture(
  video: VideoDescription,
  { fps }: Pick<Ladder, 'fps'>,
  size: Pick<Rung, 'width' | 'height'>,
): string {
  const deinterlace = video.interlaced ? 'bwdif=mode=send_frame,' : '';
  const rate = `fps=fps=${fps.num}/${fps.den}:start_time=0`;
  if (video.hdr !== undefined || video.wideGamut !== undefined) {
    // Scaled first: what follows works in float and is dear.
    return (
      `${deinterlace}${rate},zscale=w=${size.width}:h=${size.height}:f=bicubic:${linearInput(video)},format=gbrpf32le,` +
      `zscale=p=bt709,${video.hdr === undefined ? '' : TONE_MAP}zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1`
    );
  }
  // An untagged picture is what players take it for: BT.601 when small, BT.709 from 720 lines on.
  const matrix = video.matrix ?? (Math.min(video.codedWidth, video.codedHeight) >= 720 ? 'bt709' : 'bt601');
  return (
    `${deinterlace}${rate},scale=${size.width}:${size.height}:flags=bicubic` +
    `:in_color_matrix=${matrix}:out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1`
  );
}

/**
 * ITU-R BT.2408: white paper in HDR is 203 nits. It is 1.0 here; all below half of it stays as it is, and the lights up to
 * 1000 nits are rolled off above.
 */
const PAPER_WHITE_NITS = 203;
const TONE_MAP = `tonemap=tonemap=mobius:param=0.5:peak=${(1000 / PAPER_WHITE_NITS).toFixed(3)}:desat=0,`;

function linearInput(video: VideoDescription): string {
  const transfer = video.hdr === 'pq' ? 'smpte2084' : video.hdr === 'hlg' ? 'arib-std-b67' : 'bt709';
  const primaries = video.wideGamut === 'p3' ? 'smpte432' : 'bt2020';
  const matrix = { bt709: '709', bt601: '170m', bt2020: '2020_ncl' }[video.matrix ?? 'bt2020'];
  return `tin=${transfer}:pin=${primaries}:min=${matrix}:t=linear:npl=${PAPER_WHITE_NITS}`;
}

/** Lays the mark over the picture. Two inputs: picture, mark. */
export function overlay({ corner, margin }: Watermark): string {
  const x = corner.endsWith('left') ? String(margin) : `W-w-${margin}`;
  const y = corner.startsWith('top') ? String(margin) : `H-h-${margin}`;
  return `overlay=x=${x}:y=${y}:format=yuv420`;
}

/** A source's sound as every rendition has it: stereo, 48 kHz, from 0 on, `gainDb` louder and limited. */
export function soundChain(gainDb: number | undefined): string {
  // Gaps and a late start become silence, so that sound and picture keep together.
  const steady = `aresample=${SAMPLE_RATE}:async=1:first_pts=0,aformat=channel_layouts=stereo`;
  if (gainDb === undefined || Math.abs(gainDb) < 0.1) return steady;
  // -1 dB: AAC overshoots a little.
  return `${steady},volume=${gainDb.toFixed(2)}dB,alimiter=limit=0.891:level=false`;
}
