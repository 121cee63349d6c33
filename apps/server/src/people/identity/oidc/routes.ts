// /auth/social: to Google or Apple and back; and the address to which Apple posts its form.
import { DomainError } from '@videowindow/contract';
import { type SocialProvider, socialApi } from '@videowindow/contract/api/keys';
import type { FastifyInstance } from 'fastify';
import { implement, personId } from '#platform/http';
import type { Doorway } from '../doorway.ts';
import { finishSocial, type SocialDeps, startSocial, unlinkSocial } from './commands.ts';

export const socialRoutes = (deps: SocialDeps, { originOf, siteOf, letIn, meOf }: Doorway) =>
  implement(socialApi, {
    'POST /auth/social/start': async ({ body, context }) => {
      const asked = { linkTo: null, back: body.back ?? null, site: siteOf(context) };
      return { url: await startSocial(deps, body.provider, asked, originOf(context)) };
    },
    'POST /auth/social/link': async ({ body, context }) => {
      const asked = { linkTo: personId(context.actor), back: '/you/security', site: siteOf(context) };
      return { url: await startSocial(deps, body.provider, asked, originOf(context)) };
    },
    'POST /auth/social/callback': async ({ body, context }) => {
      const answer = new URLSearchParams(body.answer);
      const outcome = await finishSocial(deps, body.provider, answer, context.actor, originOf(context)).catch(
        (error) => {
          // To the person it says nothing more; an operator finds here what they set up wrongly.
          if (error instanceof DomainError && error.code === 'social_refused' && error.cause instanceof Error)
            context.log.warn({ provider: body.provider, reason: error.cause.message }, 'a sign-in was refused');
          throw error;
        },
      );
      const { back } = outcome;
      if ('linked' in outcome) {
        const user = await meOf(context);
        if (!user) throw new DomainError('sign_in_required');
        return { user, linked: true, back };
      }
      return { ...letIn(context, outcome.signedIn), linked: false, back };
    },
    'DELETE /auth/social/:provider': async ({ params, context }) => {
      // Another word than these two unlinks nothing.
      const provider = params.provider as SocialProvider;
      await unlinkSocial(deps, personId(context.actor), provider, originOf(context));
    },
  });

/** What of Apple's form goes on to our page; anything else stays behind. */
const FIELDS = ['state', 'code', 'error'] as const;
const LONGEST = 2000;

/**
 * Apple answers by a form that its page posts here. A browser sends none of our cookies with it, and nothing is done
 * with it: it is led on to the page of this address, whose own request carries the cookie that began this.
 */
export const receiveForms = async (app: FastifyInstance): Promise<void> => {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16 * 1024 },
      (_request, body, done) => done(null, body),
    );
    scope.post('/sign-in/apple', { schema: { hide: true } }, async (request, reply) => {
      const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
      const answer = new URLSearchParams();
      for (const field of FIELDS) {
        const value = form.get(field);
        if (value !== null && value.length <= LONGEST) answer.set(field, value);
      }
      const name = nameIn(form.get('user'));
      if (name) answer.set('name', name);
      return reply.header('cache-control', 'no-store').redirect(`/sign-in/apple?${answer}`, 303);
    });
  });
};

/** Apple tells a name once, beside what it signs; it is no more than what to call a new account at first. */
const nameIn = (user: string | null): string | null => {
  if (user === null || user.length > LONGEST) return null;
  try {
    const { firstName, lastName } = JSON.parse(user).name;
    const name = [firstName, lastName].filter((part) => typeof part === 'string' && part !== '').join(' ');
    return name.trim().slice(0, 60) || null;
  } catch {
    return null;
  }
};
