// The pieces that many schemas are made of.
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { threeDecimals } from './money.ts';

/** An object that refuses members it does not know. */
export const Strict = <P extends TProperties>(properties: P, options: Record<string, unknown> = {}): TObject<P> =>
  Type.Object(properties, { ...options, additionalProperties: false });

export const Id = Type.String({ format: 'uuid', description: 'UUIDv7' });
export const Instant = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });
export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
/** One of a fixed set of strings. */
export const OneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });

export const Cursor = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'Opaque; from `next` of the page before',
});
export const PageQuery = Strict({
  cursor: Type.Optional(Cursor),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
});
/** A page: its items and the cursor of the next page, null at the end. */
export const Page = <S extends TSchema>(item: S) => Strict({ items: Type.Array(item), next: Nullable(Cursor) });

/** RFC 9457 problem details with a stable code and the request's id. */
export const Problem = Strict({
  type: Type.String(),
  title: Type.String({ description: 'A sentence for a person' }),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable, lower case' }),
  requestId: Type.String(),
  fields: Type.Optional(Type.Array(Strict({ path: Type.String(), message: Type.String() }))),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type Problem = Static<typeof Problem>;

/** Integer minor units and an ISO 4217 code: 8400 USD is $84.00. May be negative in statements. */
export const Money = Strict({
  amount: Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
});

/** What is paid in a currency of three decimals is a multiple of 10. */
const canBePaid = {
  if: { type: 'object', properties: { currency: { type: 'string', enum: threeDecimals } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { type: 'object', properties: { amount: { type: 'integer', multipleOf: 10 } } },
};

/** An amount that a person may name, nothing too, and far below where sums could leave the safe integers. */
export const PriceMoney = Strict(
  {
    amount: Type.Integer({ minimum: 0, maximum: 10_000_000_000 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  },
  canBePaid,
);

/** The same above zero. */
export const PositiveMoney = Strict(
  {
    amount: Type.Integer({ minimum: 1, maximum: 10_000_000_000 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  },
  canBePaid,
);
