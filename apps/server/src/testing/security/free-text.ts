/** Where the contract lets people write what they like: each such field of each endpoint, from its schema. */
import type { Endpoint } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import fc from 'fast-check';
import { arbitraryOf } from '../arbitrary.ts';

type Schema = {
  type?: string;
  enum?: unknown;
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  anyOf?: Schema[];
  items?: Schema;
  minItems?: number;
  required?: string[];
  properties?: Record<string, Schema>;
};
export type Route = keyof typeof api;

/** The ways to the texts in a schema, `*` for each member of a list. */
const waysIn = (schema: Schema, way: readonly string[] = []): { way: readonly string[]; schema: Schema }[] => {
  if (schema.anyOf) return schema.anyOf.flatMap((one) => waysIn(one, way));
  if (schema.type === 'object')
    return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => waysIn(member, [...way, name]));
  if (schema.type === 'array') return waysIn(schema.items ?? {}, [...way, '*']);
  const isFree = schema.type === 'string' && schema.enum === undefined && schema.const === undefined && !schema.format;
  return isFree ? [{ way, schema }] : [];
};

/** The least that a schema takes: what may be left out is left out, so that nothing but the text decides. */
const least = (schema: Schema, seed: number): unknown => {
  if (schema.anyOf) return least(schema.anyOf[0] ?? {}, seed);
  if (schema.type === 'array') return schema.minItems ? [least(schema.items ?? {}, seed)] : [];
  if (schema.type === 'object') {
    const required = schema.required ?? [];
    return Object.fromEntries(required.map((name) => [name, least(schema.properties?.[name] ?? {}, seed)]));
  }
  return fc.sample(arbitraryOf(schema), { numRuns: 1, seed })[0];
};

/** Puts a text at the end of a way; lists on it get one member when they have none. */
const put = (value: unknown, way: readonly string[], text: string): unknown => {
  const [first, ...rest] = way;
  if (first === undefined) return text;
  if (first === '*') {
    const [member] = Array.isArray(value) ? value : [];
    return [put(member ?? {}, rest, text)];
  }
  const known = typeof value === 'object' && value !== null ? value : {};
  return { ...known, [first]: put((known as Record<string, unknown>)[first], rest, text) };
};

const fits = ({ pattern, minLength = 0, maxLength = 1e9 }: Schema, text: string): boolean =>
  text.length >= minLength &&
  text.length <= maxLength &&
  (pattern === undefined || new RegExp(pattern, 'u').test(text));

/** Fields that no text of the corpus can get into stay out; `take` says how many of the fitting texts each of the others gets. */
export const freeTexts = (
  corpus: readonly string[],
  take: (fitting: readonly string[], at: number) => readonly string[],
): { route: Route; field: string; body: unknown }[] =>
  (Object.keys(api) as Route[]).flatMap((route, seed) => {
    const { body, rawBody }: Endpoint = api[route];
    if (!body || rawBody) return [];
    const sample = least(body as Schema, seed);
    // TypeBox's schemas are JSON Schemas.
    return waysIn(body as Schema).flatMap(({ way, schema }, at) => {
      const padded = corpus.map((text) => text.padEnd(schema.minLength ?? 0, ' .'));
      return take(
        padded.filter((text) => fits(schema, text)),
        seed + at,
      ).map((text) => ({ route, field: way.join('.'), body: put(sample, way, text) }));
    });
  });
