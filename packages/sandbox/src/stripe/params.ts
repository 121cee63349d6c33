// Reading parameters as strictly as Stripe does: what isn't known is refused, what is wrong is named by its path.
import type { FormValue } from '../web/form.ts';
import { invalid } from './faults.ts';

/** Turns what came by the form into a typed value, or throws the StripeFault that Stripe would answer. */
export type Rule<T> = (value: FormValue | undefined, path: string) => T;
export type Read<R> = R extends Rule<infer T> ? T : never;
type Fields = Record<string, Rule<unknown>>;
type ReadFields<F extends Fields> = { [K in keyof F]: Read<F[K]> };

/** A field that may be left out. An empty string counts as left out, as it does for Stripe's unset. */
export function optional<T>(rule: Rule<T>): Rule<T | undefined> {
  return (value, path) => (value === undefined || value === '' ? undefined : rule(value, path));
}

/** Non-empty text of at most `longest` characters (Stripe's own general limit is 5,000). */
export function text(longest = 5000): Rule<string> {
  return (value, path) => {
    const given = required(value, path);
    if (typeof given !== 'string') throw invalid(`Invalid string: ${path} must be a string`, path);
    if (given === '') throw emptied(path);
    if (given.length > longest) {
      throw invalid(
        `Invalid string: ${path} must be at most ${longest} characters`,
        path,
        'parameter_invalid_string_blank',
      );
    }
    return given;
  };
}

/** A whole number within [least, most]. */
export function integer(least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Rule<number> {
  return (value, path) => {
    const given = required(value, path);
    if (typeof given !== 'string' || !/^-?\d{1,16}$/.test(given)) {
      throw invalid(`Invalid integer: ${typeof given === 'string' ? given : '{}'}`, path, 'parameter_invalid_integer');
    }
    const number = Number(given);
    if (number < least)
      throw invalid(`This value must be greater than or equal to ${least}.`, path, 'parameter_invalid_integer');
    if (number > most)
      throw invalid(`This value must be less than or equal to ${most}.`, path, 'parameter_invalid_integer');
    return number;
  };
}

export const flag: Rule<boolean> = (value, path) => {
  const given = required(value, path);
  if (given !== 'true' && given !== 'false') throw invalid(`Invalid boolean: ${String(given)}`, path);
  return given === 'true';
};

/** One of the given words. */
export function oneOf<const T extends string>(...words: readonly T[]): Rule<T> {
  return (value, path) => {
    const given = required(value, path);
    const word = words.find((candidate) => candidate === given);
    if (word === undefined) throw invalid(`Invalid ${path}: must be one of ${words.join(', ')}`, path);
    return word;
  };
}

/** An absolute http or https address. */
export const webAddress: Rule<string> = (value, path) => {
  const given = text()(value, path);
  // {CHECKOUT_SESSION_ID} stands in the query and is legal there for Stripe.
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) throw invalid('Not a valid URL', path, 'url_invalid');
  return given;
};

export const email: Rule<string> = (value, path) => {
  const given = text(512)(value, path);
  if (!/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(given))
    throw invalid(`Invalid email address: ${given}`, path, 'email_invalid');
  return given;
};

/** A three-letter ISO 4217 code that exists, in lower case as Stripe answers it. */
export const currency: Rule<string> = (value, path) => {
  const given = text()(value, path).toLowerCase();
  if (!CURRENCIES.has(given)) throw invalid(`Invalid currency: ${given}.`, path);
  return given;
};
const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/** A list, written as [0], [1], … or []. */
export function list<T>(rule: Rule<T>, least = 0): Rule<T[]> {
  return (value, path) => {
    const given = required(value, path);
    if (typeof given === 'string' || Object.keys(given).some((key) => !/^\d+$/.test(key)))
      throw invalid('Invalid array', path);
    const keys = Object.keys(given).sort((a, b) => Number(a) - Number(b));
    if (keys.length < least) throw missingParam(path);
    return keys.map((key) => rule(given[key], `${path}[${key}]`));
  };
}

/** Stripe's metadata: up to 50 keys of 40 characters with values of 500. An empty value unsets its key. */
export const metadata: Rule<Record<string, string>> = (value, path) => {
  const given = required(value, path);
  if (typeof given === 'string') throw invalid('Invalid object', path);
  const result: Record<string, string> = {};
  const entries = Object.entries(given);
  if (entries.length > 50) throw invalid('Metadata can have at most 50 keys', path);
  for (const [key, entry] of entries) {
    const at = `${path}[${key}]`;
    if (typeof entry !== 'string') throw invalid('Metadata values must be strings', at);
    if (key.length > 40) throw invalid(`Metadata keys must be under 40 characters. The key '${key}' is too long.`, at);
    if (entry.length > 500) throw invalid('Metadata values can be at most 500 characters', at);
    result[key] = entry;
  }
  return result;
};

/** A map of named fields; every other key is refused as unknown. */
export function shape<F extends Fields>(fields: F): Rule<ReadFields<F>> {
  return (value, path) => {
    const given = required(value, path);
    if (typeof given === 'string') throw invalid('Invalid object', path);
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(fields, key)) throw unknownParam(join(path, key));
    }
    const entries = Object.entries(fields).map(([key, rule]) => [key, rule(given[key], join(path, key))]);
    // Each key was read by the rule of the same key: that is what ReadFields says.
    return Object.fromEntries(entries) as ReadFields<F>;
  };
}

/** A rule, unless F has keys that P hasn't: then a type that no endpoint takes. */
type Known<F extends Fields, P> = [Exclude<keyof F, keyof P>] extends [never]
  ? Rule<ReadFields<F>>
  : { readonly notInTheSdk: Exclude<keyof F, keyof P> };

/**
 * `shape` for the top level of a request, whose keys must exist in the SDK's type of its parameters:
 * a key that the SDK doesn't know fails the type check.
 */
export function paramsOf<P>() {
  // The condition of Known can't be evaluated here, where F is still open; the value is the rule in either case.
  return <F extends Fields>(fields: F): Known<F, P> => shape(fields) as Known<F, P>;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}[${key}]`;
}

function required(value: FormValue | undefined, path: string): FormValue {
  if (value === undefined) throw missingParam(path);
  return value;
}

function missingParam(path: string) {
  return invalid(`Missing required param: ${path}.`, path, 'parameter_missing');
}

function unknownParam(path: string) {
  return invalid(`Received unknown parameter: ${path}`, path, 'parameter_unknown');
}

function emptied(path: string) {
  return invalid(
    `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
    path,
    'parameter_invalid_empty',
  );
}
