// What the buttons above a text do to it. Pure: a text and what is selected in it, and what takes the selection's place.

export type Selected = { text: string; from: number; to: number };
/** `insert` takes the place of `from`..`to`; what is selected afterwards lies within it. */
export type Change = { from: number; to: number; insert: string; selectFrom: number; selectTo: number };

/** Puts marks around the selected words, or takes them away where they are. */
export function toggleMark({ text, from, to }: Selected, mark: '**' | '*'): Change {
  const size = mark.length;
  const outer = text.slice(from - size, from) === mark && text.slice(to, to + size) === mark;
  // One star of two is no stress.
  const isOther = mark === '*' && text[from - 2] === '*';
  if (from >= size && outer && !isOther) {
    const words = text.slice(from, to);
    return { from: from - size, to: to + size, insert: words, selectFrom: from - size, selectTo: to - size };
  }
  const picked = text.slice(from, to);
  const words = picked.trim();
  const before = picked.slice(0, picked.length - picked.trimStart().length);
  const after = words === '' ? '' : picked.slice(picked.trimEnd().length);
  const start = from + before.length + size;
  const insert = `${before}${mark}${words}${mark}${after}`;
  return { from, to, insert, selectFrom: start, selectTo: start + words.length };
}

const BULLET = /^\s{0,3}[-*•] +/;

/** Makes the touched lines a list, or lines again where all of them are one. */
export function toggleList({ text, from, to }: Selected): Change {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const next = text.indexOf('\n', to);
  const end = next === -1 ? text.length : next;
  const lines = text.slice(start, end).split('\n');
  const isList = lines.every((line) => BULLET.test(line));
  const insert = lines.map((line) => (isList ? line.replace(BULLET, '') : `- ${line}`)).join('\n');
  return { from: start, to: end, insert, selectFrom: start + insert.length, selectTo: start + insert.length };
}

/** Makes the selected words a link; its address is what is typed next. */
export function makeLink({ text, from, to }: Selected): Change {
  const words = text.slice(from, to).replaceAll('\n', ' ').trim() || 'link';
  const address = 'https://';
  const insert = `[${words}](${address})`;
  const at = from + words.length + 3;
  return { from, to, insert, selectFrom: at + address.length, selectTo: at + address.length };
}
