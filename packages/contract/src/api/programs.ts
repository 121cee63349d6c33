// keys with which a person's own programs come in
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Id, Instant, Nullable, OneOf, Strict } from '../schema.ts';
import { scopes } from '../scopes.ts';

export const ApiKey = Strict({
  id: Id,
  name: Type.String(),
  begins: Type.String({ description: 'Its first characters, to tell keys apart' }),
  scopes: Type.Array(OneOf(scopes)),
  madeAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Nullable(Instant),
});
export type ApiKey = Static<typeof ApiKey>;

export const programsApi = defineApi({
  'GET /me/api-keys': {
    summary: 'Keys with which my programs come in, the newest first',
    action: 'key.manage',
    response: Strict({ items: Type.Array(ApiKey) }),
  },
  'POST /me/api-keys': {
    summary: 'Make a key. It is shown in this answer only: `Authorization: Bearer` and the key',
    action: 'key.manage',
    stepUp: true,
    body: Strict({
      name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
      scopes: Type.Array(OneOf(scopes), { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
      days: Type.Integer({ minimum: 1, maximum: 365 }),
    }),
    response: Strict({ key: Type.String(), item: ApiKey }),
    status: 201,
    errors: ['key_limit_reached'],
  },
  'DELETE /me/api-keys/:id': { summary: 'End a key at once. Twice is once', action: 'key.manage' },
});
