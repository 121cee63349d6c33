// A PDF on A4. The fonts are embedded: names of people and pieces are written in many alphabets.
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

const require = createRequire(import.meta.url);
export const PLAIN = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
export const BOLD = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

/** The edges of what is written, in points. */
export const LEFT = 56;
export const RIGHT = 539;
export const INK = '#1C1917';
export const GREY = '#57534E';
export const LINE = '#E7E0D6';

/** An open document; `bytes` closes it. The same calls make the same bytes. */
export const startPdf = ({ title, author, at }: { title: string; author: string; at: Date }) => {
  const pdf = new PDFDocument({
    size: 'A4',
    margin: LEFT,
    font: PLAIN,
    lang: 'en',
    info: { Title: title, Author: author, CreationDate: at, ModDate: at },
  });
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => pdf.on('end', resolve).on('error', reject));
  return {
    pdf,
    async bytes(): Promise<Uint8Array> {
      pdf.end();
      await ended;
      return Buffer.concat(parts);
    },
  };
};

/** Whether bytes begin as every PDF does; what a stranger's file holds beyond that is not looked into. */
export const isPdf = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 5)).toString('latin1') === '%PDF-';
