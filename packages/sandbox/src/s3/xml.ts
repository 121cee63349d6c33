// The little XML that S3's wire needs.

/** Elements in order; a list repeats its name; null leaves it out. */
export type Xml = readonly (readonly [name: string, value: string | number | boolean | null | Xml])[];

export function renderXml(name: string, content: Xml): string {
  const namespace = name === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace}>${renderAll(content)}</${name}>`;
}

function renderAll(content: Xml): string {
  return content
    .map(([name, value]) => {
      if (value === null) return '';
      return `<${name}>${typeof value === 'object' ? renderAll(value) : escapeXml(String(value))}</${name}>`;
    })
    .join('');
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return NAMED[name] ?? whole;
  });
}

/** The inner texts of every `<name>` in a document whose elements of that name do not nest. */
export function elementsOf(document: string, name: string): string[] {
  return [...document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    (match) => match[1] ?? '',
  );
}

/** The text of the first `<name>`. */
export function textOf(document: string, name: string): string | undefined {
  const [found] = elementsOf(document, name);
  return found === undefined ? undefined : unescapeXml(found);
}
