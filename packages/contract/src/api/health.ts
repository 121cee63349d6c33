// What the server stands on, and the first person to run it.
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Nullable, OneOf, Strict } from '../schema.ts';
import { Me } from './people.ts';

/** What is looked at: by `doctor`, and by admins at `/admin/health`. */
export const healthParts = [
  'address',
  'database',
  'disk',
  'storage',
  'media cage',
  'AV1',
  'mail',
  'sign-in',
  'payments',
  'name',
  'money',
  'terms',
] as const;
export type HealthPart = (typeof healthParts)[number];

const Finding = Strict({
  name: OneOf(healthParts),
  ok: Type.Boolean(),
  words: Type.String({ description: 'What was found; where it is not well, what to do' }),
});
export type Finding = Static<typeof Finding>;

export const healthApi = defineApi({
  'GET /admin/health': {
    summary: 'Everything that the server stands on, looked at now',
    action: 'site.manage',
    response: Strict({ findings: Type.Array(Finding) }),
  },
  'POST /admin/health/mail': {
    summary: 'Send a mail to myself, and say what the provider answered',
    action: 'site.manage',
    response: Strict({ to: Type.String(), failure: Nullable(Type.String()) }),
    errors: ['capability_off'],
    rateLimit: { max: 10, windowS: 3600 },
  },
});

export const setupApi = defineApi({
  'GET /setup': {
    summary: 'Whether nobody runs this place yet',
    action: 'site.read',
    response: Strict({ needed: Type.Boolean() }),
  },
  'POST /setup': {
    summary: 'Become its first admin, by the code that the server printed when it started',
    action: 'session.create',
    body: Strict({
      code: Type.String({ minLength: 1, maxLength: 100 }),
      email: Type.String({ format: 'email', maxLength: 254 }),
    }),
    response: Strict({ user: Me }),
    errors: ['setup_code_invalid', 'setup_over', 'account_suspended', 'second_factor_required'],
    rateLimit: { max: 20, windowS: 3600 },
  },
});
