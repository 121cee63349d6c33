// Faults of the HTTP side, ordered by /control: fail or swallow the next calls of a path, before or after they took effect.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../store.ts';
import { KEY_IN_USE } from '../stripe/faults.ts';

export interface CallFault {
  // Below the provider's mount; a star stands for one step: /v1/checkout/sessions/*/expire
  readonly path: string;
  readonly method?: string;
  readonly times: number | 'always';
  /** 'before': nothing happened. 'after': it happened, and the answer is lost. */
  readonly when: 'before' | 'after';
  /** An HTTP status; 'hang' answers nothing until the caller gives up; 'reset' cuts the connection. */
  readonly answer: number | 'hang' | 'reset';
}

export interface Chaos {
  /** Runs `serve` unless a fault says otherwise. Undefined: there is no answer to send, the connection is dealt with. */
  around<T extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    serve: () => T,
  ): Promise<T | FaultAnswer | undefined>;
  set(faults: readonly CallFault[]): void;
  faults(): CallFault[];
}

interface FaultAnswer {
  readonly status: number;
  readonly body: string;
  readonly replayed: false;
}

const RECORD = 'call_faults';

/** @param mount prefix of the provider, cut off before paths are compared, such as /sandbox/stripe */
export function createChaos(store: Store, provider: string, mount: () => string): Chaos {
  function faults(): CallFault[] {
    return store.get<{ faults: CallFault[] }>(RECORD, provider)?.faults ?? [];
  }

  function set(next: readonly CallFault[]): void {
    store.put(RECORD, provider, { faults: next });
  }

  function take(request: FastifyRequest): CallFault | undefined {
    const path = (request.url.split('?', 1)[0] ?? '').slice(mount().length);
    const all = faults();
    const index = all.findIndex((fault) => concerns(fault, request.method, path));
    const fault = all[index];
    if (fault === undefined || fault.times === 'always') return fault;
    set(fault.times > 1 ? all.with(index, { ...fault, times: fault.times - 1 }) : all.toSpliced(index, 1));
    return fault;
  }

  return {
    faults,
    set,
    async around(request, reply, serve) {
      const fault = take(request);
      if (fault === undefined) return serve();
      if (fault.when === 'after') serve();
      if (typeof fault.answer === 'number') return failure(fault.answer);
      reply.hijack();
      if (fault.answer === 'reset') request.raw.socket.destroy();
      return undefined;
    },
  };
}

function concerns(fault: CallFault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  const pattern = fault.path
    .split('*')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('[^/]*');
  return new RegExp(`^${pattern}$`).test(path);
}

/** What Stripe says with these. Source: https://docs.stripe.com/error-codes */
const ERRORS: Readonly<Record<number, { type: string; code: string; message: string }>> = {
  409: KEY_IN_USE,
  429: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' },
};

function failure(status: number): FaultAnswer {
  const error = ERRORS[status] ?? { type: 'api_error', message: 'An error that the sandbox was asked for.' };
  return { status, body: JSON.stringify({ error }), replayed: false };
}
