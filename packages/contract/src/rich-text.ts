// The little that words may be: paragraphs, lists, strong, stressed, links. A part of CommonMark, read the same way by the
// page, the preview and what is shared; whatever it does not know stands there as it was typed.

export type Span =
  | { readonly kind: 'text' | 'strong' | 'stressed'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };
export type Block =
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'bullets'; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: 'numbers'; readonly start: number; readonly items: readonly (readonly Span[])[] };

const BULLET = /^\s{0,3}[-*•] +(?=\S)/;
const NUMBER = /^\s{0,3}(\d{1,3})[.)] +(?=\S)/;
/** Marks hold on to a word at both ends, so that `2 * 3 * 4` and `snake_case` stay what they are. */
const SPAN = /\*\*(?=\S)([^*\n]*[^*\s])\*\*|\*(?=\S)([^*\n]*[^*\s])\*|\[([^[\]\n]+)\]\((https?:\/\/[^\s()]+)\)/g;

const spansOf = (text: string): Span[] => {
  const spans: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(SPAN)) {
    if (match.index > end) spans.push({ kind: 'text', text: text.slice(end, match.index) });
    const [whole, strong, stressed, words = '', href = ''] = match;
    if (strong !== undefined) spans.push({ kind: 'strong', text: strong });
    else if (stressed !== undefined) spans.push({ kind: 'stressed', text: stressed });
    else spans.push({ kind: 'link', text: words, href });
    end = match.index + whole.length;
  }
  if (end < text.length) spans.push({ kind: 'text', text: text.slice(end) });
  return spans;
};

/** What a text is made of. A blank line parts paragraphs; a line break within one is kept. */
export const readRichText = (text: string): Block[] => {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let items: Span[][] = [];
  let start = 1;
  let list: 'bullets' | 'numbers' | null = null;
  const close = () => {
    if (lines.length > 0) blocks.push({ kind: 'paragraph', spans: spansOf(lines.join('\n')) });
    if (list === 'bullets') blocks.push({ kind: list, items });
    if (list === 'numbers') blocks.push({ kind: list, start, items });
    lines = [];
    items = [];
    list = null;
  };
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const kind = BULLET.test(line) ? 'bullets' : NUMBER.test(line) ? 'numbers' : null;
    if (kind === null && line.trim() === '') close();
    else if (kind === null) {
      if (list !== null) close();
      lines.push(line);
    } else {
      if (list !== kind) {
        close();
        start = Number(NUMBER.exec(line)?.[1] ?? 1);
      }
      list = kind;
      items.push(spansOf(line.replace(kind === 'bullets' ? BULLET : NUMBER, '')));
    }
  }
  close();
  return blocks;
};

const wordsOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join('');

/** The words without their marks, for places that show no more. */
export const plainText = (text: string): string =>
  readRichText(text)
    .map((block) => (block.kind === 'paragraph' ? wordsOf(block.spans) : block.items.map(wordsOf).join('\n')))
    .join('\n\n');
