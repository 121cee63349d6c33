// Codes by SMS, through Twilio over plain HTTP: a few calls, which its SDK of 30 MB would make as well. By Programmable
// Messaging from a number of the operator's, or by Verify, which brings senders for every country and watches for fraud.
import { DomainError } from '@videowindow/contract';
import { createProvider } from '#platform/resilience';

const TIMEOUT_MS = 3_000;

export type Texter = {
  /** Whether a provider is configured; without one `sendCode` throws capability_off. */
  available: boolean;
  /** Sends one code. Resolves when the provider has taken it. @param message.to E.164 @param message.text with the code in it */
  sendCode(message: { to: string; code: string; text: string }): Promise<void>;
  /** Tells a provider that wants to know (it learns which routes work) that the code which it sent came back; null else. */
  codeCameBack: ((to: string) => Promise<void>) | null;
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

type Account = {
  sid: string;
  token: string;
  /** A number of ours, or a service of Twilio Verify in which custom codes are allowed. */
  by: { from: string } | { verifyService: string };
  /** Where the two APIs are; asked at each text: the sandbox's port is not known before the server listens. */
  baseUrl?: () => string;
};

export const createTexter = (account: Account | null): Texter => {
  if (!account) {
    const sendCode = () => Promise.reject(new DomainError('capability_off', { capability: 'sms' }));
    return { available: false, sendCode, codeCameBack: null };
  }
  const { sid, token, by, baseUrl } = account;
  const provider = createProvider('twilio', { timeoutMs: TIMEOUT_MS, isAnswer: isRefusal });
  const authorization = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  const post = (url: string, fields: Record<string, string>): Promise<void> =>
    provider.call(async (signal) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams(fields),
        signal,
      });
      if (!answer.ok) throw new Refused(answer.status, await answer.text());
      await answer.body?.cancel();
    });

  if ('from' in by) {
    const messages = () =>
      `${baseUrl?.() ?? 'https://api.twilio.com'}/2010-04-01/Accounts/${encodeURIComponent(sid)}/Messages.json`;
    return {
      available: true,
      sendCode: ({ to, text }) => post(messages(), { To: to, From: by.from, Body: text }),
      codeCameBack: null,
    };
  }
  // Our own codes, sent by Verify: what redeems them stays one atomic statement here.
  // Source: https://www.twilio.com/docs/verify/api/customization-options#custom-verification-codes
  const verifications = () =>
    `${baseUrl?.() ?? 'https://verify.twilio.com'}/v2/Services/${encodeURIComponent(by.verifyService)}/Verifications`;
  /** Ends what runs for a number, of which there is one at most; over by itself after ten minutes. */
  const end = async (to: string, how: 'approved' | 'canceled'): Promise<void> => {
    try {
      await post(`${verifications()}/${encodeURIComponent(to)}`, { Status: how });
    } catch (error) {
      if (!(error instanceof Refused && error.status === 404)) throw error;
    }
  };
  return {
    available: true,
    async sendCode({ to, code }) {
      // While one runs, it would send the code of that one again.
      await end(to, 'canceled');
      await post(verifications(), { To: to, Channel: 'sms', CustomCode: code });
    },
    codeCameBack: (to) => end(to, 'approved'),
  };
};
