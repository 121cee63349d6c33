// Which outside providers this installation talks to: real ones where they are configured, the sandbox on loopback else.
import { join } from 'node:path';
import { appleDeveloper, createSandbox, googleClientId, stripeTarget } from '@videowindow/sandbox';
import { createEasyPost } from '#commerce/orders';
import { createStripe } from '#commerce/payments';
import type { SocialSettings } from '#people/identity';
import { ConfigError } from '#platform/config';
import type { Keyring } from '#platform/crypto';
import { createMailer, createTexter } from '#platform/providers';
import type { Log } from '#platform/telemetry';
import type { Settings } from './settings.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** What kind of place this is. Beyond loopback everything is production. */
export const readPlace = (settings: Settings) => {
  const loopback = LOOPBACK.has(settings.HOST);
  const ownAddress = `http://127.0.0.1:${settings.PORT}`;
  const production = settings.VW_ENV === 'production' || !loopback;
  if (production && !settings.PUBLIC_URL) {
    throw new ConfigError(['PUBLIC_URL is needed in production: the address by which people reach this server']);
  }
  if (settings.FILES_URL && new URL(settings.FILES_URL).host === new URL(settings.PUBLIC_URL ?? ownAddress).host)
    throw new ConfigError(['FILES_URL must be another name than PUBLIC_URL: it is there to keep files apart']);
  if (settings.FILES_URL && settings.CLOUDFRONT_KEY_PAIR_ID)
    throw new ConfigError([
      'FILES_URL cannot stand beside CloudFront, whose signed cookies belong to PUBLIC_URL and open nothing on another name. Take FILES_URL out, and CloudFront goes on; or take out every CLOUDFRONT_ setting, and films and pictures come from FILES_URL. Either way they are shown as pages that may do nothing',
    ]);
  if (production && settings.STAFF_SECOND_FACTOR === false)
    throw new ConfigError([
      'STAFF_SECOND_FACTOR=false is for trying things out, not for production. Leave it out: who looks after this place is led to add a passkey or an authenticator app when they open their tools. For somebody who lost theirs: main.ts user EMAIL --release-second-factor',
    ]);
  const real = Boolean(settings.SMTP_URL || settings.SENDGRID_API_KEY || settings.STRIPE_SECRET_KEY);
  // Reading a mail of the sandbox is signing in as anyone: it is on loopback only, and never beside a real provider.
  const sandboxed = !production && !real;
  return {
    loopback,
    production,
    https: settings.PUBLIC_URL?.startsWith('https:') ?? false,
    sandboxed,
    /** Where real people are, whatever the address: a proxy on the same machine makes a real place of loopback. */
    staffNeedSecondFactor: settings.STAFF_SECOND_FACTOR ?? !sandboxed,
  };
};

export const openProviders = (options: {
  settings: Settings;
  sandboxed: boolean;
  dataFolder: string;
  keyring: Keyring;
  log: Log;
  clock: () => Date;
  /** Our own address on loopback, where the sandbox is; known once we listen. */
  loopbackUrl: () => string;
}) => {
  const { settings, keyring, loopbackUrl } = options;
  const mail = { from: settings.MAIL_FROM, smtpUrl: settings.SMTP_URL };
  if (!options.sandboxed) {
    const { SENDGRID_API_KEY: apiKey, STRIPE_SECRET_KEY: secretKey } = settings;
    const listOf = (secrets: string | undefined) => secrets?.split(',') ?? [];
    if (secretKey && !(settings.STRIPE_WEBHOOK_SECRETS && settings.STRIPE_CONNECT_WEBHOOK_SECRETS)) {
      throw new ConfigError([
        'STRIPE_WEBHOOK_SECRETS and STRIPE_CONNECT_WEBHOOK_SECRETS are needed beside STRIPE_SECRET_KEY: without them no payment is ever noticed',
      ]);
    }
    return {
      sandbox: null,
      mailer: createMailer({ ...mail, sendgrid: apiKey ? { apiKey } : undefined }),
      texter: createTexter(readTwilio(settings)),
      settlement: secretKey
        ? createStripe({
            secretKey,
            webhookSecrets: {
              platform: listOf(settings.STRIPE_WEBHOOK_SECRETS),
              connect: listOf(settings.STRIPE_CONNECT_WEBHOOK_SECRETS),
            },
          })
        : null,
      labels: settings.EASYPOST_API_KEY ? createEasyPost({ apiKey: settings.EASYPOST_API_KEY }) : null,
      trackerSecrets: listOf(settings.EASYPOST_WEBHOOK_SECRETS),
      social: readSocial(settings),
    };
  }
  const secretOf = (endpoint: string) => `whsec_${keyring.sign('sandbox-webhook', endpoint)}`;
  const endpointOf = (endpoint: 'platform' | 'connect') => ({
    url: `${loopbackUrl()}/api/v1/webhooks/stripe/${endpoint}`,
    secret: secretOf(endpoint),
  });
  const { SANDBOX_URL: elsewhere, STRIPE_WEBHOOK_SECRETS, STRIPE_CONNECT_WEBHOOK_SECRETS } = settings;
  const sandboxUrl = () => elsewhere ?? `${loopbackUrl()}/sandbox`;
  return {
    sandbox: elsewhere
      ? null
      : createSandbox({
          dir: join(options.dataFolder, 'sandbox'),
          clock: options.clock,
          log: options.log,
          webhooks: () => ({ platform: endpointOf('platform'), connect: endpointOf('connect') }),
          parcels: () => ({ url: `${loopbackUrl()}/api/v1/webhooks/easypost`, secret: secretOf('easypost') }),
        }),
    mailer: createMailer({
      ...mail,
      sendgrid: { apiKey: 'SG.sandbox', baseUrl: () => `${sandboxUrl()}/sendgrid/` },
    }),
    texter: createTexter({
      sid: 'ACsandbox',
      token: 'sandbox',
      by: settings.TWILIO_VERIFY_SERVICE ? { verifyService: settings.TWILIO_VERIFY_SERVICE } : { from: '+15005550006' },
      baseUrl: () => `${sandboxUrl()}/twilio`,
    }),
    settlement: createStripe({
      secretKey: 'sk_test_sandbox',
      webhookSecrets: {
        platform: STRIPE_WEBHOOK_SECRETS?.split(',') ?? [secretOf('platform')],
        connect: STRIPE_CONNECT_WEBHOOK_SECRETS?.split(',') ?? [secretOf('connect')],
      },
      target: () => stripeTarget(`${sandboxUrl()}/stripe`),
    }),
    labels: createEasyPost({ apiKey: 'EZTKsandbox', baseUrl: () => `${sandboxUrl()}/easypost` }),
    trackerSecrets: [secretOf('easypost')],
    social: {
      google: { clientId: googleClientId, clientSecret: 'sandbox' },
      apple: { ...appleDeveloper, privateKey: appleDeveloper.privateKey() },
      sandbox: () => `${sandboxUrl()}/oidc`,
    } satisfies SocialSettings,
  };
};

/** The account that sends SMS; null without one. @throws ConfigError when only a part of it is given */
const readTwilio = (settings: Settings) => {
  const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token, TWILIO_FROM: from } = settings;
  const { TWILIO_VERIFY_SERVICE: verifyService } = settings;
  const by = verifyService ? { verifyService } : from ? { from } : null;
  if (sid && token && by) return { sid, token, by };
  if (sid || token || by)
    throw new ConfigError([
      'TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM (or TWILIO_VERIFY_SERVICE) are needed together',
    ]);
  return null;
};

/** Each of the two, where everything that it needs is given. @throws ConfigError when only a part of it is */
const readSocial = (settings: Settings): SocialSettings => {
  const whole = <const T extends keyof Settings>(...names: readonly T[]): Record<T, string> | null => {
    const missing = names.filter((name) => !settings[name]);
    if (missing.length === names.length) return null;
    if (missing.length > 0) throw new ConfigError([`${missing.join(', ')}: needed beside ${names.join(', ')}`]);
    return settings as Record<T, string>; // each was just looked at
  };
  const google = whole('GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET');
  const apple = whole('APPLE_CLIENT_ID', 'APPLE_TEAM_ID', 'APPLE_KEY_ID', 'APPLE_PRIVATE_KEY');
  return {
    google: google && { clientId: google.GOOGLE_CLIENT_ID, clientSecret: google.GOOGLE_CLIENT_SECRET },
    apple: apple && {
      clientId: apple.APPLE_CLIENT_ID,
      teamId: apple.APPLE_TEAM_ID,
      keyId: apple.APPLE_KEY_ID,
      privateKey: apple.APPLE_PRIVATE_KEY,
    },
    sandbox: null,
  };
};
