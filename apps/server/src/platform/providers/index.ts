// Outgoing mail by SMTP or SendGrid, whichever is configured; SMS in a file of its own.
import sendgridClient from '@sendgrid/client';
import sendgrid from '@sendgrid/mail';
import { DomainError } from '@videowindow/contract';
import { createTransport } from 'nodemailer';
import { createProvider } from '#platform/resilience';

export { createTexter, type Texter } from './sms.ts';

// Their typings describe only the shared instances; the classes behind them keep two mailers in one process apart.
type ClientInstance = typeof sendgridClient;
type ServiceInstance = typeof sendgrid;
const { Client } = sendgridClient as unknown as { Client: new () => ClientInstance };
const { MailService } = sendgrid as unknown as { MailService: new () => ServiceInstance };

export { letter } from './letter.ts';

export type Mail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  attachments?: readonly { name: string; type: string; bytes: Uint8Array }[];
};

const TIMEOUT_MS = 10_000;

/**
 * Whether the provider took a good look and said no for good (an address that is none, a wrong key): tried again it would
 * say the same, and one person's bad address must not look as if the provider were down for all.
 */
const isRefusal = (error: unknown): boolean => {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown }; // both are looked at below
  if (typeof responseCode === 'number') return responseCode >= 500; // SMTP: 5xx is permanent (RFC 5321, 4.2.1)
  return typeof code === 'number' && code >= 400 && code < 500 && code !== 408 && code !== 429;
};

/** Sends one mail. Resolves when the provider has taken it. */
export type Mailer = {
  /** Whether any provider is configured; without one `send` throws capability_off. */
  available: boolean;
  send(mail: Mail): Promise<void>;
};

export const createMailer = (options: {
  from: string;
  smtpUrl?: string | undefined;
  /** `baseUrl` is asked at each mail: the sandbox's port is not known before the server listens. */
  sendgrid?: { apiKey: string; baseUrl?: () => string } | undefined;
}): Mailer => {
  const deliver = options.smtpUrl
    ? bySmtp(options.smtpUrl, options.from)
    : options.sendgrid
      ? bySendGrid(options.sendgrid, options.from)
      : null;
  const provider = createProvider(options.smtpUrl ? 'smtp' : 'sendgrid', {
    timeoutMs: TIMEOUT_MS,
    isAnswer: isRefusal,
  });
  return {
    available: deliver !== null,
    async send(mail) {
      if (!deliver) throw new DomainError('capability_off', { capability: 'mail' });
      await provider.call(() => deliver(mail));
    },
  };
};

const bySmtp = (url: string, from: string) => {
  // Sockets that say nothing are given up when the call is; the library's own patience is ten minutes.
  const transport = createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  return async (mail: Mail) => {
    const attachments = mail.attachments?.map(({ name, type, bytes }) => ({
      filename: name,
      contentType: type,
      content: Buffer.from(bytes),
    }));
    await transport.sendMail({ from, ...mail, attachments });
  };
};

const bySendGrid = (settings: { apiKey: string; baseUrl?: () => string }, from: string) => {
  const client = new Client();
  client.setApiKey(settings.apiKey);
  const service = new MailService();
  service.setClient(client);
  return async ({ attachments: files, ...mail }: Mail) => {
    if (settings.baseUrl) client.setDefaultRequest('baseUrl', settings.baseUrl());
    const attachments = files?.map(({ name, type, bytes }) => ({
      filename: name,
      type,
      content: Buffer.from(bytes).toString('base64'),
      disposition: 'attachment',
    }));
    await service.send({ from, ...mail, ...(attachments && { attachments }) });
  };
};
