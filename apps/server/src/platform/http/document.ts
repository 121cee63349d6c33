// What the OpenAPI document says of an endpoint, from the schemas that also check it.
import { can, type Endpoint, type ErrorCode, errors } from '@videowindow/contract';
import { Problem } from '@videowindow/contract/schema';
import type { FastifyInstance, FastifySchema } from 'fastify';

const ANONYMOUS = { id: null, roles: [] };
/** What any route may answer. */
const EVERYWHERE = ['validation_failed', 'malformed_request', 'not_found', 'rate_limited', 'internal'] as const;
const PROBLEM_REF = { $ref: 'Problem#' };

/** Makes `#/components/schemas/Problem`, which every refusal refers to. */
export const addProblemSchema = (app: FastifyInstance): void => {
  app.addSchema({ ...Problem, $id: 'Problem' });
};

/** The schema of a route: it checks, serialises and documents. */
export const schemaOf = (key: string, endpoint: Endpoint): FastifySchema => {
  const path = key.slice(key.indexOf(' ') + 1);
  return {
    summary: endpoint.summary,
    operationId: operationId(key),
    tags: [path.split('/')[1] ?? ''],
    security: can(ANONYMOUS, endpoint.action) ? [] : [{ session: [] }, { bearer: [] }],
    params: paramsSchema(path),
    ...(endpoint.query ? { querystring: endpoint.query } : {}),
    ...(endpoint.body ? { body: endpoint.body } : {}),
    ...(endpoint.idempotency ? { headers: KEY_HEADER } : {}),
    response: {
      ...(endpoint.file
        ? { 200: { description: 'A file', content: { [endpoint.file]: { schema: { type: 'string' } } } } }
        : endpoint.response
          ? { [endpoint.status ?? 200]: { description: 'Done', ...endpoint.response } }
          : { 204: { description: 'Done', type: 'null' } }),
      ...problemResponses(endpoint),
    },
  };
};

const KEY_HEADER = {
  type: 'object',
  required: ['idempotency-key'],
  properties: {
    'idempotency-key': {
      type: 'string',
      minLength: 8,
      maxLength: 128,
      description: 'A repeat with the same key and the same body gets the first answer',
    },
  },
};

const operationId = (key: string): string =>
  key
    .split(/[^A-Za-z]+/)
    .filter(Boolean)
    .map((word, i) => (i === 0 ? word.toLowerCase() : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join('');

const paramsSchema = (path: string) => {
  const names = [...path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? '');
  return {
    type: 'object',
    required: names,
    properties: Object.fromEntries(
      names.map((name) => [
        name,
        /(^id|Id)$/.test(name) ? { type: 'string', format: 'uuid' } : { type: 'string', minLength: 1, maxLength: 64 },
      ]),
    ),
  };
};

const problemResponses = (endpoint: Endpoint) => {
  const codes = new Set<ErrorCode>([...EVERYWHERE, ...(endpoint.errors ?? [])]);
  if (!can(ANONYMOUS, endpoint.action)) codes.add('sign_in_required').add('forbidden');
  if (endpoint.stepUp) codes.add('step_up_required');
  if (endpoint.body) codes.add('payload_too_large').add('unsupported_media_type');
  if (endpoint.idempotency)
    codes.add('idempotency_key_required').add('idempotency_in_flight').add('idempotency_key_reused');
  const byStatus = Map.groupBy(codes, (code) => errors[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      { description: list.join(', '), content: { 'application/problem+json': { schema: PROBLEM_REF } } },
    ]),
  );
};
