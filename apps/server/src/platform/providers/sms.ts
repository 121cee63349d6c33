// Outgoing SMS by Twilio's Programmable Messaging, over plain HTTP: one call, which its SDK of 30 MB would make as well.
import { DomainError } from '@videowindow/contract';
import { createProvider } from '#platform/resilience';

const TIMEOUT_MS = 3_000;

/** Sends one text. Resolves when the provider has taken it. */
export type Texter = {
  /** Whether a provider is configured; without one `send` throws capability_off. */
  available: boolean;
  /** @param message.to E.164 */
  send(message: { to: string; text: string }): Promise<void>;
};

/** What Twilio answered; 4xx is its last word (a number that is none), save for too many at once. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429;

/** @param account.baseUrl asked at each text: the sandbox's port is not known before the server listens */
export const createTexter = (
  account: { sid: string; token: string; from: string; baseUrl?: () => string } | null,
): Texter => {
  const provider = createProvider('twilio', { timeoutMs: TIMEOUT_MS, isAnswer: isRefusal });
  return {
    available: account !== null,
    async send({ to, text }) {
      if (!account) throw new DomainError('capability_off', { capability: 'sms' });
      const base = account.baseUrl?.() ?? 'https://api.twilio.com';
      await provider.call(async (signal) => {
        const answer = await fetch(`${base}/2010-04-01/Accounts/${account.sid}/Messages.json`, {
          method: 'POST',
          headers: { authorization: `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}` },
          body: new URLSearchParams({ To: to, From: account.from, Body: text }),
          signal,
        });
        if (!answer.ok) throw new Refused(answer.status, await answer.text());
        await answer.body?.cancel();
      });
    },
  };
};
