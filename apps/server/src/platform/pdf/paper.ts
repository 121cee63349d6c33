// A business paper of one kind: a title with its facts, two sides, rows of words and sums, a note.
import { BOLD, GREY, INK, LEFT, LINE, PLAIN, RIGHT, startPdf } from './page.ts';

type Row = readonly [words: string, sum: string];

type Paper = {
  readonly title: string;
  readonly number: string;
  readonly author: string;
  readonly at: Date;
  readonly facts: readonly string[];
  /** Headings with the lines below them, side by side. */
  readonly sides: readonly (readonly [heading: string, lines: readonly string[]])[];
  readonly rows: readonly Row[];
  /** Below a line; the first of them in bold. */
  readonly sums: readonly Row[];
  readonly note: string;
};

/** @returns the bytes of the file; the same for the same paper */
export const drawPaper = async (paper: Paper): Promise<Uint8Array> => {
  const { pdf, bytes } = startPdf({ title: `${paper.title} ${paper.number}`, author: paper.author, at: paper.at });
  pdf.font(BOLD).fontSize(22).fillColor(INK).text(paper.title, LEFT, 56);
  pdf.font(PLAIN).fontSize(9).fillColor(GREY);
  const facts = [`Number ${paper.number}`, ...paper.facts].join('\n');
  pdf.text(facts, 330, 60, { width: RIGHT - 330, align: 'right', lineGap: 3 });

  let bottom = 0;
  for (const [place, [heading, lines]] of paper.sides.entries()) {
    const x = LEFT + place * 250;
    pdf.font(BOLD).fontSize(9).fillColor(GREY).text(heading, x, 140);
    pdf.font(PLAIN).fontSize(10).fillColor(INK).text(lines.join('\n'), x, 155, { width: 230, lineGap: 3 });
    bottom = Math.max(bottom, pdf.y);
  }

  let y = bottom + 30;
  const rule = () => {
    pdf.moveTo(LEFT, y).lineTo(RIGHT, y).lineWidth(0.7).strokeColor(LINE).stroke();
    y += 12;
  };
  const write = ([words, sum]: Row, bold = false) => {
    pdf
      .font(bold ? BOLD : PLAIN)
      .fontSize(10)
      .fillColor(INK);
    const height = pdf.heightOfString(words, { width: 350 });
    if (y + height > 760) {
      pdf.addPage();
      y = 56;
    }
    pdf.text(words, LEFT, y, { width: 350 });
    pdf.text(sum, 400, y, { width: RIGHT - 400, align: 'right' });
    y += height + 10;
  };
  rule();
  for (const row of paper.rows) write(row);
  rule();
  for (const [index, row] of paper.sums.entries()) write(row, index === 0);
  pdf.font(PLAIN).fontSize(9).fillColor(GREY);
  pdf.text(paper.note, LEFT, y + 20, { width: RIGHT - LEFT });
  return await bytes();
};

/** `30 November 2026` */
export const dayOf = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(iso),
  );

/** `00012`: sorts as it counts. */
export const numberText = (number: number): string => String(number).padStart(5, '0');
