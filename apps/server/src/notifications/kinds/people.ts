// What is said of following, and of one's own account.
import type { SecurityChange } from '@videowindow/contract/api/identity';
import { type Kinds, moment } from '../message.ts';

/** What was changed of somebody's ways in. */
const SECURITY: Readonly<Record<SecurityChange, string>> = {
  password_set: 'Your password was set',
  password_removed: 'Your password was removed',
  phone_set: 'Your phone number was set',
  phone_removed: 'Your phone number no longer lets you in',
  token_reused: 'An app was signed out: its key was used in two places',
  google_linked: 'Google was linked to your account',
  google_unlinked: 'Google was unlinked from your account',
  apple_linked: 'Apple was linked to your account',
  apple_unlinked: 'Apple was unlinked from your account',
  passkey_added: 'A passkey was added to your account',
  passkey_removed: 'A passkey was removed from your account',
  second_factor_on: 'Your authenticator app is asked for from now on',
  second_factor_off: 'Your authenticator app is no longer asked for',
  second_factor_release_asked: 'In a day your authenticator app is no longer asked for',
  second_factor_released: 'Your authenticator app is no longer asked for',
  email_change_asked: 'Your account is to get another mail address',
  email_changed: 'This is the mail address of your account now',
  email_change_stopped: 'Your mail address stays as it is; everybody was signed out',
  email_change_failed: 'Your mail address stays as it is: the new one belongs to another account',
};

export const peopleKinds = {
  'follow.asked': ({ payload }) => [
    {
      to: payload.followedId,
      kind: 'follow_asked',
      title: `${payload.name} asks to follow you`,
      body: 'Your account is private: you decide who sees your stories.',
      href: '/you/privacy',
    },
  ],
  'follow.approved': ({ payload }) => [
    {
      to: payload.followerId,
      kind: 'follow_approved',
      title: `You follow ${payload.name} now`,
      body: 'They said yes. Their stories are open to you.',
      href: `/@${payload.handle}`,
    },
  ],
  'maker.applied': ({ payload }) =>
    payload.adminIds.map((to) => ({
      to,
      kind: 'maker_applied',
      title: `${payload.name} would like to sell here`,
      body: 'They wait until somebody has read what they make.',
      href: `/admin/makers/${payload.applicationId}`,
    })),
  'maker.application_decided': ({ payload }) => [
    payload.approved
      ? {
          to: payload.personId,
          kind: 'maker_approved',
          title: 'Welcome: you are a maker now',
          body: `The studio is open to you. ${payload.reason ? `“${payload.reason}” ` : ''}Sign in once more, wherever you were.`,
          href: '/studio/start',
          mail: { action: 'Open the studio' },
        }
      : {
          to: payload.personId,
          kind: 'maker_declined',
          title: 'You cannot sell here yet',
          body: `Somebody has read what you wrote: “${payload.reason}” You can ask again.`,
          href: '/studio/start',
          mail: { action: 'Ask again' },
        },
  ],
  'archive.ready': ({ payload }) => [
    {
      to: payload.userId,
      kind: 'archive_ready',
      title: 'Your archive is ready',
      body: `Everything that you have here, in one file. It can be fetched until ${moment(payload.until)}.`,
      href: '/you/account',
      mail: { action: 'Fetch it' },
    },
  ],
  'secrets.old': ({ payload }) =>
    payload.adminIds.map((to) => ({
      to,
      kind: 'security_secrets_old',
      title: payload.names.length === 1 ? 'A secret of this place grows old' : 'Secrets of this place grow old',
      body: `Exchange before ${moment(payload.by)}: ${payload.names.join(', ')}. The register says how old each is.`,
      href: '/admin/security',
      mail: { action: 'See the register' },
    })),
  'security.changed': ({ payload }) => [
    {
      to: payload.userId,
      kind: 'security_changed',
      title: SECURITY[payload.what],
      body:
        payload.what === 'second_factor_release_asked'
          ? 'You asked the people who run this place for it, since you lost your app. If you did not: sign in with your app once, and it stays.'
          : 'If that was you, all is well. If not, undo it and sign out everywhere else now.',
      href: '/you/security',
      // Identity itself writes a mail about it, in which it can be stopped.
      ...(payload.what !== 'email_change_asked' && { mail: { action: 'Look at it' } }),
    },
  ],
} satisfies Kinds;
