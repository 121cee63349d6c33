// The settings of the platform itself.
import { OneOf } from '@videowindow/contract/schema';
import { Type } from 'typebox';
import { defineSettings } from './index.ts';

export const platformSettings = defineSettings({
  VW_ENV: {
    schema: OneOf(['development', 'production']),
    default: 'development',
    about: 'production turns the sandbox and the demo off and requires real providers',
  },
  HOST: {
    schema: Type.String(),
    default: '127.0.0.1',
    about: 'Address to listen on; beyond loopback means production',
  },
  PORT: {
    schema: Type.Integer({ minimum: 0, maximum: 65535 }),
    default: 8080,
    about: 'Port of the web app and the API',
  },
  METRICS_PORT: {
    schema: Type.Integer({ minimum: 0, maximum: 65535 }),
    default: 9464,
    about: 'Private port on loopback for health, readiness and metrics; 0 takes a free one',
  },
  METRICS_HOST: { schema: Type.String(), default: '127.0.0.1', about: 'Address of the private port' },
  PUBLIC_URL: {
    schema: Type.String({ pattern: '^https?://[A-Za-z0-9.-]+(:[0-9]+)?$' }),
    about: 'How people reach this server, e.g. https://video.example; without it the loopback address',
  },
  FILES_URL: {
    schema: Type.String({ pattern: '^https?://[A-Za-z0-9.-]+(:[0-9]+)?$' }),
    about:
      'A second name of this server, e.g. https://files.example, on which nothing but the films and pictures of people is; no cookie goes there',
  },
  APP_ORIGINS: {
    schema: Type.String({ pattern: '^[a-z][a-z0-9+.-]*://[A-Za-z0-9.:-]+(,[a-z][a-z0-9+.-]*://[A-Za-z0-9.:-]+)*$' }),
    about:
      'Origins of apps that may call the API by their tokens, with commas, e.g. capacitor://localhost,https://app.example; never with cookies',
  },
  SITE_NAME: {
    schema: Type.String({ minLength: 1, maxLength: 60 }),
    default: 'Video Window',
    about: 'Name of this place',
  },
  DATABASE_URL: {
    schema: Type.String({ pattern: '^postgres(ql)?://' }),
    about: 'PostgreSQL 15 or newer; without it the embedded one in the data folder',
    secret: true,
  },
  DATABASE_POOL_SIZE: {
    schema: Type.Integer({ minimum: 4, maximum: 500 }),
    default: 40,
    about: 'Connections a process keeps',
  },
  STATEMENT_TIMEOUT_MS: {
    schema: Type.Integer({ minimum: 100 }),
    default: 5000,
    about: 'A statement may take this long',
  },
  IDLE_TRANSACTION_TIMEOUT_MS: {
    schema: Type.Integer({ minimum: 100 }),
    default: 10_000,
    about: 'A transaction may lie idle this long',
  },
  SECRET_KEY: {
    schema: Type.String({ minLength: 32 }),
    about:
      'At least 32 characters from which keys for signing and encryption are derived; made in the data folder when missing',
    secret: true,
  },
  SECRET_KEY_PREVIOUS: {
    schema: Type.String({ minLength: 32 }),
    about: 'The secret before SECRET_KEY, for as long as it takes to exchange it; see docs/operators.md',
    secret: true,
  },
  LOG_LEVEL: {
    schema: OneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    about: 'How much is logged',
  },
  AUDIT_MONTHS: {
    schema: Type.Integer({ minimum: 12 }),
    about: 'Months that the audit log is kept, 12 at least; older ones are taken away. For ever when left out',
  },
  TRUST_PROXY: {
    schema: Type.String(),
    about: 'Addresses of proxies whose X-Forwarded-For is believed, with commas; nobody by default',
  },
  SOCKETS_PER_ADDRESS: {
    schema: Type.Integer({ minimum: 0 }),
    default: 500,
    about:
      'Sockets that one address (IPv6: one /64) may hold open; 0 for any number. Not for TRUST_PROXY, nor while bound to loopback',
  },
  RATE_LIMIT_SCALE: {
    schema: Type.Number({ minimum: 0 }),
    default: 1,
    about: 'Multiplies every rate limit; for load tests',
  },
  JOB_CONCURRENCY: {
    schema: Type.Integer({ minimum: 1, maximum: 64 }),
    default: 4,
    about: 'Jobs at once in a worker process',
  },
  DEAD_AFTER_S: {
    schema: Type.Integer({ minimum: 2, maximum: 600 }),
    default: 30,
    about: 'A process of which nothing was heard for so many seconds counts as dead: others take over what it was at',
  },
  SANDBOX_URL: {
    schema: Type.String({ pattern: '^http://127\\.0\\.0\\.1:[0-9]+/sandbox$' }),
    about:
      'A sandbox that runs by itself (videowindow-sandbox) instead of one in this process; for tests that kill servers',
  },
  SMTP_URL: {
    schema: Type.String({ pattern: '^smtps?://' }),
    about: 'smtp(s)://user:password@host:port for outgoing mail',
    secret: true,
  },
  SENDGRID_API_KEY: { schema: Type.String(), about: 'SendGrid instead of SMTP', secret: true },
  TWILIO_ACCOUNT_SID: { schema: Type.String({ pattern: '^AC[0-9a-f]{32}$' }), about: 'Account that sends SMS' },
  TWILIO_AUTH_TOKEN: { schema: Type.String(), about: 'Its token', secret: true },
  TWILIO_FROM: { schema: Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$' }), about: 'Number that SMS come from' },
  TWILIO_VERIFY_SERVICE: {
    schema: Type.String({ pattern: '^VA[0-9a-f]{32}$' }),
    about: 'Service of Twilio Verify that sends the codes instead of that number; custom codes must be allowed in it',
  },
  MAIL_FROM: { schema: Type.String(), default: 'Video Window <hello@localhost.test>', about: 'Sender of mail' },
});
