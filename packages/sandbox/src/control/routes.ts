// /control: knobs for tests, as JSON. What is here breaks things on purpose.
import type { FastifyInstance } from 'fastify';
import type { Deliveries, EndpointName, WebhookChaos } from '../stripe/webhooks.ts';
import type { CallFault, Chaos } from './chaos.ts';

export interface ControlParts {
  readonly chaos: {
    readonly stripe: Chaos;
    readonly sendgrid: Chaos;
    readonly twilio: Chaos;
    readonly easypost: Chaos;
  };
  readonly deliveries: Deliveries;
  /** Expires what is due by the clock, now. */
  readonly tick: () => Promise<void>;
  /** Shifts the sandbox's own clock; undefined when the clock was given from outside. */
  readonly setClockOffset: ((ms: number) => void) | undefined;
}

const count = { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'always' }] };

const callFaults = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['path', 'times', 'when', 'answer'],
    properties: {
      path: { type: 'string', pattern: '^/' },
      method: { enum: ['GET', 'POST', 'DELETE'] },
      times: count,
      when: { enum: ['before', 'after'] },
      answer: { anyOf: [{ type: 'integer', minimum: 400, maximum: 599 }, { enum: ['hang', 'reset'] }] },
    },
  },
};

/** One flat object: a validator that removes what it doesn't know would empty the branches of an anyOf. */
const webhookFault = {
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: { enum: ['drop', 'duplicate', 'delay', 'reorder', 'stale', 'forged'] },
    copies: { type: 'integer', minimum: 1, maximum: 100 },
    ms: { type: 'integer', minimum: 0 },
    hold: { type: 'integer', minimum: 2, maximum: 1000 },
  },
  allOf: [needs('duplicate', 'copies'), needs('delay', 'ms'), needs('reorder', 'hold')],
};

function needs(kind: string, property: string) {
  return { anyOf: [{ not: { properties: { kind: { const: kind } } } }, { required: [property] }] };
}

const webhookChaos = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['times', 'fault'],
    properties: {
      types: { type: 'array', items: { type: 'string' } },
      times: count,
      fault: webhookFault,
    },
  },
};

const secretChange = {
  type: 'object',
  additionalProperties: false,
  required: ['endpoint', 'secret'],
  properties: {
    endpoint: { enum: ['platform', 'connect'] },
    secret: { type: 'string', pattern: '^whsec_\\S+$' },
    keepOld: { type: 'boolean', default: false },
  },
};

/** Registers /control/… on `app`. */
export function registerControl(app: FastifyInstance, parts: ControlParts): void {
  const { chaos, deliveries } = parts;
  app.get('/control', async () => ({
    calls: {
      stripe: chaos.stripe.faults(),
      sendgrid: chaos.sendgrid.faults(),
      twilio: chaos.twilio.faults(),
      easypost: chaos.easypost.faults(),
    },
    deliveries: deliveries.log(100),
  }));
  for (const provider of ['stripe', 'sendgrid', 'twilio', 'easypost'] as const) {
    app.put<{ Body: CallFault[] }>(
      `/control/calls/${provider}`,
      { schema: { body: callFaults } },
      async (request, reply) => {
        chaos[provider].set(request.body);
        return reply.code(204).send();
      },
    );
  }
  app.put<{ Body: WebhookChaos[] }>('/control/webhooks', { schema: { body: webhookChaos } }, async (request, reply) => {
    deliveries.setChaos(request.body);
    return reply.code(204).send();
  });
  app.post('/control/webhooks/flush', async (_request, reply) => {
    await deliveries.flush();
    return reply.code(204).send();
  });
  app.post('/control/settle', async (_request, reply) => {
    await parts.tick();
    await deliveries.settled();
    return reply.code(204).send();
  });
  app.put<{ Body: { endpoint: EndpointName; secret: string; keepOld: boolean } }>(
    '/control/webhooks/secret',
    { schema: { body: secretChange } },
    async (request, reply) => {
      deliveries.rotateSecret(request.body.endpoint, request.body.secret, request.body.keepOld);
      return reply.code(204).send();
    },
  );
  const { setClockOffset } = parts;
  if (setClockOffset === undefined) return;
  const offset = {
    type: 'object',
    additionalProperties: false,
    required: ['offsetMs'],
    properties: { offsetMs: { type: 'integer' } },
  };
  app.put<{ Body: { offsetMs: number } }>('/control/clock', { schema: { body: offset } }, async (request, reply) => {
    setClockOffset(request.body.offsetMs);
    await parts.tick();
    return reply.code(204).send();
  });
}
