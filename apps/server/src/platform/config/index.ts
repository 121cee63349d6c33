// Settings come from the environment (NAME or NAME_FILE), each declared by the room that uses it.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import type { Static, TSchema } from 'typebox';

export type Setting<S extends TSchema = TSchema> = {
  schema: S;
  /** Used when the environment says nothing. Without a default the setting is optional. */
  default?: Static<S>;
  /** One sentence for .env.example and --print-config. */
  about: string;
  /** Never printed. */
  secret?: true;
};

export type SettingTable = Readonly<Record<Uppercase<string>, Setting>>;

type ValueOf<T extends Setting> = T extends { default: unknown }
  ? Static<T['schema']>
  : Static<T['schema']> | undefined;
export type Values<T extends SettingTable> = { readonly [K in keyof T]: T[K] extends Setting ? ValueOf<T[K]> : never };

/** Gives a table of settings its exact type. */
export const defineSettings = <const T extends SettingTable>(table: T): T => table;

/** What is wrong with the configuration, all of it at once; the program does not start. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The configuration is not right:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const ajv = new Ajv({ coerceTypes: true, allErrors: true });

/**
 * Reads every setting of a table.
 * @throws ConfigError naming each setting that is wrong.
 */
export const readSettings = <T extends SettingTable>(table: T, env: NodeJS.ProcessEnv): Values<T> => {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    const raw = rawValue(name, env, problems);
    if (raw === undefined || raw.trim() === '') {
      values[name] = setting.default;
      continue;
    }
    const holder = { value: raw as unknown };
    const check = ajv.compile({ type: 'object', properties: { value: setting.schema } });
    if (check(holder)) values[name] = holder.value;
    else problems.push(`${name} ${reason(check.errors?.[0])} (${setting.about})`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values as Values<T>; // every key of the table has been filled from its own schema above
};

/** The words for what is wrong; of a setting with a few possible values, which these are. */
const reason = (error: ErrorObject | undefined): string =>
  error?.keyword === 'enum'
    ? `must be one of ${error.params.allowedValues.join(', ')}`
    : (error?.message ?? 'is not right');

const rawValue = (name: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined => {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE: ${file} cannot be read`);
    return undefined;
  }
};

/** The values that are secret and given. */
export const secretsIn = (
  definitions: SettingTable,
  values: Readonly<Record<string, unknown>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(definitions).flatMap(([name, { secret }]) => {
      const value = values[name];
      return secret && typeof value === 'string' && value !== '' ? [[name, value]] : [];
    }),
  );

/** Lines `NAME=value` of what is in force, secrets hidden. */
export const printSettings = (table: SettingTable, values: Readonly<Record<string, unknown>>): string =>
  Object.entries(table)
    .map(([name, setting]) => `${name}=${setting.secret && values[name] ? '(hidden)' : (values[name] ?? '')}`)
    .join('\n');

/** The text of .env.example: every setting, its sentence and its default. */
export const describeSettings = (table: SettingTable): string =>
  Object.entries(table)
    .map(([name, setting]) => `# ${setting.about}\n# ${name}=${setting.default ?? ''}\n`)
    .join('\n');
