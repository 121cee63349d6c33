/** What a schema of the contract lets through, at random. */
import fc, { type Arbitrary } from 'fast-check';

/** The members of JSON Schema that the contract's schemas use. */
type Schema = {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
};

const FORMATS: Readonly<Record<string, () => Arbitrary<string>>> = {
  uuid: () => fc.uuid({ version: 7 }),
  'date-time': () =>
    fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  email: () => fc.stringMatching(/^[a-z]{1,12}$/).map((name) => `${name}@people.test`),
};

const text = ({ format, pattern, minLength = 0, maxLength = 60 }: Schema): Arbitrary<string> => {
  if (pattern !== undefined) {
    // fast-check makes no text for look-arounds: it is made without them and looked at with them.
    const whole = new RegExp(pattern);
    return fc
      .stringMatching(new RegExp(pattern.replaceAll(/\(\?<?[!=][^)]*\)/g, '')))
      .filter((made) => whole.test(made));
  }
  const known = format === undefined ? undefined : FORMATS[format];
  if (known) return known();
  return fc
    .string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 60) })
    .map((s) => s.slice(0, maxLength));
};

/** Values of a schema. @throws Error for what no schema of ours has. */
export const arbitraryOf = (given: unknown): Arbitrary<unknown> => {
  const schema = given as Schema; // TypeBox's schemas are JSON Schemas
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 - 1 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, member]) => [name, arbitraryOf(member)]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    default:
      throw new Error(`no values are known for ${JSON.stringify(schema)}`);
  }
};
