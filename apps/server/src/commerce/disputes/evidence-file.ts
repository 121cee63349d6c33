// The file that goes with the words: the piece as it was sold and every picture there is, in one PDF, since a bank takes
// one file of a kind and looks at few pages.
import { BOLD, GREY, INK, LEFT, PLAIN, RIGHT, startPdf } from '#platform/pdf';

export type EvidencePicture = { readonly id: string; readonly words: string };

const WIDTH = RIGHT - LEFT;
const [PICTURE_HEIGHT, BOTTOM] = [300, 780];

export type EvidenceFile = {
  readonly title: string;
  /** The site's name. */
  readonly author: string;
  readonly at: Date;
  /** The piece's words as it was sold. */
  readonly piece: string;
  readonly pictures: readonly { readonly words: string; readonly jpeg: Uint8Array }[];
  /** Pictures that were too much for what a bank takes. */
  readonly leftOut: number;
};

/** @returns the bytes; the same for the same file */
export const drawEvidence = async (file: EvidenceFile): Promise<Uint8Array> => {
  const { pdf, bytes } = startPdf({ title: file.title, author: file.author, at: file.at });
  pdf.font(BOLD).fontSize(18).fillColor(INK).text(file.title, LEFT, LEFT, { width: WIDTH });
  if (file.piece !== '') {
    pdf.moveDown(0.8).font(BOLD).fontSize(11).text('The piece as it was sold', { width: WIDTH });
    pdf.moveDown(0.3).font(PLAIN).fontSize(10).text(file.piece, { width: WIDTH, lineGap: 2 });
  }
  for (const { words, jpeg } of file.pictures) {
    if (pdf.y + PICTURE_HEIGHT + 40 > BOTTOM) pdf.addPage();
    const top = pdf.y + 14;
    pdf.image(Buffer.from(jpeg), LEFT, top, { fit: [WIDTH, PICTURE_HEIGHT] });
    pdf.font(PLAIN).fontSize(9).fillColor(GREY);
    pdf.text(words, LEFT, top + PICTURE_HEIGHT + 6, { width: WIDTH }).fillColor(INK);
  }
  if (file.leftOut > 0) {
    pdf.moveDown().font(PLAIN).fontSize(9).fillColor(GREY);
    pdf.text(`${file.leftOut} more pictures can be seen on request.`, LEFT, pdf.y, { width: WIDTH });
  }
  return await bytes();
};

/** The pictures that fit into so many bytes, in their order. */
export const whatFits = <T extends { readonly jpeg: Uint8Array }>(
  pictures: readonly T[],
  bytes: number,
): { fitting: T[]; leftOut: number } => {
  const fitting: T[] = [];
  let left = bytes;
  for (const picture of pictures) {
    if (picture.jpeg.length > left) continue;
    left -= picture.jpeg.length;
    fitting.push(picture);
  }
  return { fitting, leftOut: pictures.length - fitting.length };
};
