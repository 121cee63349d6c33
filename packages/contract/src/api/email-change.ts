// identity: another mail address. The new one is proved by a code; the old one is asked, and may stop it.
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Instant, Nullable, OneOf, Strict } from '../schema.ts';
import { Code, CodeSent, Email } from './identity.ts';

/** A change whose new address is proved, and which waits for the old one. */
const EmailChange = Strict({
  email: Type.String(),
  takesEffectAt: { ...Instant, description: 'When it comes true by itself, unless the old address stops it' },
});
export type EmailChange = Static<typeof EmailChange>;

export const emailChangeApi = defineApi({
  'GET /auth/email-change': {
    summary: 'The change of my mail address that waits; null when none does',
    action: 'way.manage',
    response: Strict({ change: Nullable(EmailChange) }),
  },
  'POST /auth/email-change': {
    summary: 'Send a code to an address that is to be mine. The answer is the same whether or not somebody has it',
    action: 'way.manage',
    stepUp: true,
    body: Strict({ email: Email }),
    response: CodeSent,
    errors: ['rate_limited', 'capability_off'],
  },
  'POST /auth/email-change/verify': {
    summary: 'Prove that address by the code. The old one is told, and confirms or stops it',
    action: 'way.manage',
    body: Strict({ code: Code }),
    response: EmailChange,
    errors: ['code_invalid', 'email_taken', 'rate_limited'],
  },
  'DELETE /auth/email-change': { summary: 'Keep my address as it is. Twice is once', action: 'way.manage' },
  'POST /auth/email-change/answer': {
    summary:
      'What the old address says to it, by the token of its mail: come true now, or stop and sign out everywhere',
    action: 'session.create',
    body: Strict({
      token: Type.String({ minLength: 1, maxLength: 100 }),
      answer: OneOf(['confirm', 'stop']),
    }),
    errors: ['link_over', 'email_taken'],
    rateLimit: { max: 60, windowS: 3600 },
  },
});
