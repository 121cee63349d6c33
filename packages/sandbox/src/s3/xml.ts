// The little XML that the wires of S3 and CloudFront need.

/** Elements in order; a list repeats its name; null leaves it out. */
export type Xml = readonly (readonly [name: string, value: string | number | boolean | null | Xml])[];

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function renderXml(name: string, content: Xml, namespace: string = S3_NAMESPACE): string {
  const space = name === 'Error' ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${space}>${renderAll(content)}</${name}>`;
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
