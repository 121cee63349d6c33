// Every refusal as problem+json (RFC 9457) with a stable code and the request's id.
import { DomainError, type ErrorCode, errors } from '@videowindow/contract';
import type { Problem } from '@videowindow/contract/schema';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isUnreachable } from '#platform/database';

/** Content-Security-Policy of what is no page: shown in a browser, it may do nothing. */
export const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Writes the answer for an error, and logs it when it is ours. */
export const answerProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
  const { code, details } = classify(error);
  const { status, title } = errors[code];
  if (code === 'internal') request.log.error({ err: error }, 'a request failed');
  if (code === 'database_unavailable') request.log.warn({ err: error }, 'the database is not available');
  const cause = error instanceof Error ? error.cause : undefined;
  if (code === 'external_service_unavailable') request.log.warn({ err: cause, details }, 'a provider is not available');
  const { fields, retryAfterS, ...others } = details as { fields?: Problem['fields']; retryAfterS?: number };
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  const problem: Problem = {
    type: `urn:videowindow:error:${code}`,
    title,
    status,
    code,
    requestId: request.id,
    ...(fields ? { fields } : {}),
    ...(Object.keys(others).length > 0 ? { details: others } : {}),
  };
  reply.header('cache-control', 'no-store').header('content-security-policy', API_POLICY);
  // Sent as text: the route's own serialiser knows only its success.
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problem);
};

const BY_FASTIFY_CODE: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_request',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
};

const classify = (error: unknown): { code: ErrorCode; details: Readonly<Record<string, unknown>> } => {
  if (error instanceof DomainError) return { code: error.code, details: error.details };
  const known = error as Partial<FastifyError>; // Fastify's errors carry these members
  if (known.validation) {
    const fields = known.validation.map(({ instancePath, message, params }) => ({
      path: [
        known.validationContext,
        ...instancePath.split('/').filter(Boolean),
        params.missingProperty,
        params.additionalProperty,
      ]
        .filter((part) => part !== undefined && part !== 'body' && part !== 'querystring')
        .join('.'),
      message: message ?? 'is not right',
    }));
    return { code: 'validation_failed', details: { fields } };
  }
  const mapped = known.code ? BY_FASTIFY_CODE[known.code] : undefined;
  if (mapped) return { code: mapped, details: {} };
  if (known.statusCode === 400) return { code: 'malformed_request', details: {} };
  // An error of the money rules that the contract shares with the browser, where DomainError would be too much.
  if (known.code === 'currency_mismatch') return { code: 'currency_mismatch', details: {} };
  if (isUnreachable(error)) return { code: 'database_unavailable', details: { retryAfterS: 1 } };
  return { code: 'internal', details: {} };
};
