/**
 * A Matroska file (RFC 9559) of JPEG pictures, each shown for as long as it says: what an animation is handed on in, since
 * its times are milliseconds of its own. Runs in the cage: imports nothing of ours.
 */

/** Where the file's first bytes end and its pictures begin; `milliseconds` is the length of all of them. */
export function movingHead(width: number, height: number, milliseconds: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeDoubleBE(milliseconds);
  const colour = element('55b0', element('55b1', uint(5)), element('55b9', uint(2))); // BT.601's matrix, full range, as JPEG has it
  const video = element('e0', element('b0', uint(width)), element('ba', uint(height)), colour);
  const track = [
    element('d7', uint(1)),
    element('73c5', uint(1)),
    element('83', uint(1)),
    element('86', text('V_MJPEG')),
  ];
  return Buffer.concat([
    element('1a45dfa3', element('4282', text('matroska')), element('4287', uint(4)), element('4285', uint(2))),
    Buffer.from('1853806701ffffffffffffff', 'hex'), // a segment to the end of the file
    element('1549a966', element('2ad7b1', uint(1_000_000)), element('4489', length)),
    element('1654ae6b', element('ae', ...track, video)),
  ]);
}

/** One picture; times in milliseconds. */
export function movingPicture(jpeg: Uint8Array, at: number, shownFor: number): Buffer {
  // The first track, at the cluster's time, and no flag.
  const block = element('a1', Buffer.from('81000000', 'hex'), jpeg);
  return element('1f43b675', element('e7', uint(at)), element('a0', block, element('9b', uint(shownFor))));
}

function element(id: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE((1n << 56n) | BigInt(body.length));
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
}

function uint(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
