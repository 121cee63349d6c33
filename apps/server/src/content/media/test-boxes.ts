/** The structure of MP4 and Matroska files, to be changed as no encoder would, for the tests of this room. Not used by the product. */

/** An ISO box (ISO/IEC 14496-12, 4.2) of a type, with what it holds. */
export const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};

type Edit = (type: string, body: Buffer) => Buffer[] | undefined;
const CONTAINERS = ['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl', 'edts'];

/** Walks a file's boxes and puts in what `edit` returns for each; undefined leaves it as it is. Sizes follow. */
export function editBoxes(file: Buffer, edit: Edit): Buffer {
  const out: Buffer[] = [];
  for (let at = 0; at + 8 <= file.length; ) {
    const size = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, at + size);
    const inner = CONTAINERS.includes(type) ? editBoxes(body, edit) : body;
    out.push(...(edit(type, inner) ?? [box(type, inner)]));
    at += size;
  }
  return Buffer.concat(out);
}

/** RFC 8794: an element of unknown content, its size in eight bytes. */
export const element = (id: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE((1n << 56n) | BigInt(body.length));
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
};

const MASTERS = ['18538067', '1654ae6b', 'ae']; // Segment, Tracks, TrackEntry

/** Walks a Matroska file's elements of known size and puts in what `edit` returns; undefined leaves it as it is. */
export function editElements(file: Buffer, edit: (id: string, body: Buffer) => Buffer | undefined): Buffer {
  const lengthAt = (at: number) => Math.clz32(file[at] ?? 0) - 23;
  const out: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const sizeAt = at + lengthAt(at);
    const bodyAt = sizeAt + lengthAt(sizeAt);
    const id = file.toString('hex', at, sizeAt);
    const size = file
      .subarray(sizeAt + 1, bodyAt)
      .reduce((sum, byte) => sum * 256 + byte, (file[sizeAt] ?? 0) & (0xff >> (bodyAt - sizeAt)));
    const body = file.subarray(bodyAt, bodyAt + size);
    const inner = MASTERS.includes(id) ? editElements(body, edit) : body;
    out.push(edit(id, inner) ?? element(id, inner));
    at = bodyAt + size;
  }
  return Buffer.concat(out);
}
