// Twilio Verify, v2, as far as it sends codes that its customer made: a verification begins, is sent again while it runs, and
// ends by the customer's word or after ten minutes.
// Source: https://www.twilio.com/docs/verify/api/verification, .../customization-options#custom-verification-codes
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../store.ts';
import { E164, isAccount, keepText, refuse, type TwilioParts } from './account.ts';

type Verification = { sid: string; to: string; code: string; status: string; began: number };

const LIFE_MS = 10 * 60_000;
const KIND = 'verification';

/** Registers the verifications of every service on `app`, whose forms must come as text. */
export function registerVerify(app: FastifyInstance, parts: TwilioParts & { readonly store: Store }): void {
  const { store, mailbox, chaos, now } = parts;
  const running = (service: string, to: string, at: number): Verification | undefined => {
    const found = store.get<Verification>(KIND, `${service} ${to}`);
    return found?.status === 'pending' && found.began + LIFE_MS > at ? found : undefined;
  };
  const view = (service: string, { sid, to, status }: Verification) => ({
    sid,
    service_sid: service,
    to,
    channel: 'sms',
    status,
    valid: status === 'approved',
  });

  app.post<{ Params: { service: string } }>('/v2/Services/:service/Verifications', async (request, reply) => {
    const at = await now();
    const { service } = request.params;
    const answer = await chaos.around(request, reply, () => {
      if (!isAccount(request.headers.authorization)) return refuse(401, 20003, 'Authenticate');
      const fields = new URLSearchParams(String(request.body ?? ''));
      const [to, code] = [fields.get('To') ?? '', fields.get('CustomCode') ?? ''];
      if (!E164.test(to)) return refuse(400, 60200, `Invalid parameter \`To\`: ${to}`);
      if (fields.get('Channel') !== 'sms') return refuse(400, 60200, 'Invalid parameter `Channel`');
      if (!/^\d{4,10}$/.test(code)) return refuse(400, 60200, 'Invalid parameter `CustomCode`');
      const one: Verification = running(service, to, at) ?? {
        sid: `VE${randomBytes(16).toString('hex')}`,
        to,
        code,
        status: 'pending',
        began: at,
      };
      store.put(KIND, `${service} ${to}`, one);
      keepText(mailbox, { at, from: 'Verify', to, text: `Your verification code is: ${one.code}` });
      return { status: 201, body: JSON.stringify(view(service, one)) };
    });
    if (answer === undefined) return reply;
    return reply.code(answer.status).type('application/json').send(answer.body);
  });

  // `:sid` may be the number itself.
  app.post<{ Params: { service: string; sid: string } }>(
    '/v2/Services/:service/Verifications/:sid',
    async (request, reply) => {
      const at = await now();
      const { service, sid } = request.params;
      const answer = await chaos.around(request, reply, () => {
        if (!isAccount(request.headers.authorization)) return refuse(401, 20003, 'Authenticate');
        const status = new URLSearchParams(String(request.body ?? '')).get('Status') ?? '';
        if (status !== 'approved' && status !== 'canceled') return refuse(400, 60200, 'Invalid parameter `Status`');
        const found = running(service, sid, at);
        if (!found) return refuse(404, 20404, `The requested resource /Verifications/${sid} was not found`);
        const ended = { ...found, status };
        store.put(KIND, `${service} ${sid}`, ended);
        return { status: 200, body: JSON.stringify(view(service, ended)) };
      });
      if (answer === undefined) return reply;
      return reply.code(answer.status).type('application/json').send(answer.body);
    },
  );
}
