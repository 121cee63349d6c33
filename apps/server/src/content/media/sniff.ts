/**
 * Says from a file's own first bytes which demuxer may open it. Names and headers are never asked, ffmpeg never guesses:
 * what is not in this list (text, playlists, archives, pictures) never reaches it.
 */
import { type FileHandle, open } from 'node:fs/promises';

/** ffmpeg's demuxer names we pin with `-f`. */
export type Demuxer = 'mov' | 'matroska' | 'avi' | 'mpegts' | 'mpeg' | 'ogg' | 'wav' | 'flac' | 'mp3';

export type Sniffed =
  | { readonly ok: true; readonly demuxer: Demuxer }
  | { readonly ok: false; readonly why: 'empty' | 'unknown' | 'truncated' | 'picture' };

const HEAD_BYTES = 4096;
const MAX_BOXES = 20_000;
const TOP_LEVEL_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'moof', 'styp', 'sidx']);
const PICTURE_BRANDS = new Set(['avif', 'avis', 'heic', 'heix', 'hevc', 'heim', 'mif1', 'msf1']);

/** Decides from up to 4 KiB of a file's beginning. Pure. */
export function sniff(head: Buffer): Sniffed {
  if (head.length === 0) return { ok: false, why: 'empty' };
  const text = (from: number, to: number) => head.toString('latin1', from, to);

  if (TOP_LEVEL_BOXES.has(text(4, 8))) {
    return text(4, 8) === 'ftyp' && PICTURE_BRANDS.has(text(8, 12))
      ? { ok: false, why: 'picture' }
      : { ok: true, demuxer: 'mov' };
  }
  if (head.readUIntBE(0, Math.min(4, head.length)) === 0x1a45dfa3) return { ok: true, demuxer: 'matroska' };
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'AVI ') return { ok: true, demuxer: 'avi' };
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WAVE') return { ok: true, demuxer: 'wav' };
  if (text(0, 4) === 'OggS') return { ok: true, demuxer: 'ogg' };
  if (text(0, 4) === 'fLaC') return { ok: true, demuxer: 'flac' };
  if (isTransportStream(head)) return { ok: true, demuxer: 'mpegts' };
  if (head.length >= 4 && head.readUInt32BE(0) === 0x1ba) return { ok: true, demuxer: 'mpeg' };
  if (sniffPicture(head) !== undefined) return { ok: false, why: 'picture' };
  if (text(0, 3) === 'ID3' || isMpegAudioFrame(head)) return { ok: true, demuxer: 'mp3' };
  return { ok: false, why: 'unknown' };
}

function isTransportStream(head: Buffer): boolean {
  // 188-byte packets, or 192 with a timestamp before each (camcorders).
  return [0, 4].some((first) => {
    const step = first === 0 ? 188 : 192;
    return head.length > first + step * 3 && [0, 1, 2, 3].every((n) => head[first + step * n] === 0x47);
  });
}

/** Pictures that can be read; `avis` is an AVIF that moves. */
export type PictureKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'avis' | 'heic';

/** Decides from a file's first bytes which decoder may open it as a picture. Pure. */
function sniffPicture(head: Buffer): PictureKind | undefined {
  const text = (from: number, to: number) => head.toString('latin1', from, to);
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'gif';
  if (text(4, 8) !== 'ftyp' || !PICTURE_BRANDS.has(text(8, 12))) return undefined;
  // `mif1` says that it is a picture of any coder; the brands after it say which.
  const brands = text(8, Math.min(head.length, head.readUInt32BE(0)));
  if (brands.includes('avis')) return 'avis';
  return brands.includes('avif') ? 'avif' : 'heic';
}

export async function sniffPictureFile(path: string): Promise<PictureKind | undefined> {
  const file = await open(path, 'r');
  try {
    return sniffPicture(await read(file, 0, HEAD_BYTES));
  } finally {
    await file.close();
  }
}

function isMpegAudioFrame(head: Buffer): boolean {
  const [sync = 0, flags = 0, rates = 0] = head;
  const layer3 = (flags & 0x06) === 0x02;
  return sync === 0xff && (flags & 0xe0) === 0xe0 && layer3 && (rates & 0xf0) !== 0xf0 && (rates & 0x0c) !== 0x0c;
}

/**
 * Sniffs a file on disk and follows its outermost structure to the end: a file whose boxes promise more bytes than there
 * are was cut off on its way, however good its first seconds look. Live recordings with open sizes are not cut off.
 */
export async function sniffFile(path: string): Promise<Sniffed> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = await read(file, 0, HEAD_BYTES);
    const found = sniff(head);
    if (!found.ok) return found;
    const cut =
      (found.demuxer === 'mov' && (await movIsCut(file, size))) ||
      (found.demuxer === 'matroska' && matroskaIsCut(head, size)) ||
      (found.demuxer === 'avi' && size < head.readUInt32LE(4));
    return cut ? { ok: false, why: 'truncated' } : found;
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** ISO/IEC 14496-12, 4.2: size, type, 64-bit size when the first is 1, to the end of the file when it is 0. */
async function movIsCut(file: FileHandle, size: number): Promise<boolean> {
  let at = 0;
  for (let boxes = 0; boxes < MAX_BOXES && at + 8 <= size; boxes++) {
    const header = await read(file, at, 16);
    const short = header.readUInt32BE(0);
    if (short === 0) return false;
    const length = short === 1 && header.length === 16 ? Number(header.readBigUInt64BE(8)) : short;
    if (length < 8) return false; // padding at the end; the demuxer decides
    at += length;
  }
  return at > size;
}

/** RFC 8794, 4 to 6: after the EBML header comes one Segment whose size, when known, must fit in the file. */
function matroskaIsCut(head: Buffer, size: number): boolean {
  const headerSize = variableInt(head, 4);
  if (headerSize === undefined || headerSize.value === undefined) return false;
  const segment = 4 + headerSize.bytes + headerSize.value;
  if (segment + 4 > head.length || head.readUInt32BE(segment) !== 0x18538067) return false;
  const segmentSize = variableInt(head, segment + 4);
  if (segmentSize?.value === undefined) return false;
  return segment + 4 + segmentSize.bytes + segmentSize.value > size;
}

/** An EBML variable-size integer; `value` is undefined for 'unknown size' (all ones). */
function variableInt(bytes: Buffer, at: number): { bytes: number; value: number | undefined } | undefined {
  const first = bytes[at];
  if (first === undefined || first === 0) return undefined;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return undefined;
  let value = first & (0xff >> length);
  let ones = value === 0xff >> length;
  for (let n = 1; n < length; n++) {
    const byte = bytes[at + n] ?? 0;
    value = value * 256 + byte;
    ones &&= byte === 0xff;
  }
  return { bytes: length, value: ones ? undefined : value };
}
