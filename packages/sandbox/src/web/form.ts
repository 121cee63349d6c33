// Bracketed form bodies and queries (a[b][0]=c) as nested values, the way the Stripe API writes them.

export type FormValue = string | FormMap;
export interface FormMap {
  [key: string]: FormValue;
}

const MOST_PARAMETERS = 1000;
const DEEPEST = 8;

/** A body that can't be read as nested parameters; `parameter` is the key that went wrong. */
export class FormError extends Error {
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

/**
 * Parses `application/x-www-form-urlencoded` text. Lists come out as maps with the keys '0', '1', …; `a[]=x` appends.
 * @throws FormError when a key is malformed, used both as a value and as a map, nested deeper than 8, or one of more than 1,000.
 */
export function parseForm(text: string): FormMap {
  // No prototype: a key such as __proto__ is a key and nothing else.
  const root: FormMap = Object.create(null);
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > MOST_PARAMETERS) throw new FormError(name, 'Too many parameters');
    insert(root, name, value);
  }
  return root;
}

function insert(root: FormMap, name: string, value: string): void {
  const path = splitKey(name);
  const last = path.pop();
  if (last === undefined) throw new FormError(name, `Invalid parameter name: ${name}`);
  let level = root;
  for (const step of path) {
    const key = step === '' ? nextIndex(level) : step;
    const existing = level[key];
    if (typeof existing === 'string') throw new FormError(name, `Invalid parameter: ${name}`);
    const next: FormMap = existing ?? Object.create(null);
    level[key] = next;
    level = next;
  }
  const key = last === '' ? nextIndex(level) : last;
  if (typeof level[key] === 'object') throw new FormError(name, `Invalid parameter: ${name}`);
  level[key] = value;
}

function splitKey(name: string): string[] {
  const head = /^[^[\]]+/.exec(name)?.[0];
  const rest = name.slice(head?.length ?? 0);
  if (head === undefined || !/^(\[[^[\]]*\])*$/.test(rest))
    throw new FormError(name, `Invalid parameter name: ${name}`);
  const path = [head, ...Array.from(rest.matchAll(/\[([^[\]]*)\]/g), (match) => match[1] ?? '')];
  if (path.length > DEEPEST) throw new FormError(name, `Invalid parameter: ${name} is nested too deeply`);
  return path;
}

function nextIndex(level: FormMap): string {
  return String(Object.keys(level).length);
}
