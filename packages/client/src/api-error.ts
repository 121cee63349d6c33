import type { ErrorCode } from '@videowindow/contract';

/** Codes of what happens before an answer comes: no connection, or no answer in time. */
export type TransportCode = 'network_unreachable' | 'timed_out';

/** The server's `code`, one of the transport's, or a code of a newer server that this client does not know. */
export type ApiErrorCode = ErrorCode | TransportCode | (string & {});

export type FieldError = { readonly path: string; readonly message: string };

export type ApiErrorInit = {
  code: ApiErrorCode;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** A sentence for a person. */
  title: string;
  requestId?: string | undefined;
  details?: Readonly<Record<string, unknown>> | undefined;
  fields?: readonly FieldError[] | undefined;
  retryAfterS?: number | undefined;
};

/** Why a call did not succeed; made from problem+json (RFC 9457) where the server sent one. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly fields: readonly FieldError[];
  readonly retryAfterS: number | undefined;

  constructor(init: ApiErrorInit, options?: ErrorOptions) {
    super(init.title, options);
    this.name = 'ApiError';
    this.code = init.code;
    this.status = init.status;
    this.requestId = init.requestId;
    this.details = init.details ?? {};
    this.fields = init.fields ?? [];
    this.retryAfterS = init.retryAfterS;
  }
}

/** Whether something thrown is an ApiError, and with this code when one is given. */
export function isApiError(error: unknown, code?: ApiErrorCode): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Reads a failed answer. What is no problem+json (a proxy's page) becomes `internal` with its status. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const problem = isRecord(body) ? body : {};
  const fields = Array.isArray(problem.fields)
    ? problem.fields
        .filter(isRecord)
        .map((field) => ({ path: text(field.path) ?? '', message: text(field.message) ?? '' }))
    : [];
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    code: text(problem.code) ?? 'internal',
    status: response.status,
    title: text(problem.title) ?? 'Something went wrong on our side. Nothing was lost; please try again.',
    requestId: text(problem.requestId) ?? response.headers.get('x-request-id') ?? undefined,
    details: isRecord(problem.details) ? problem.details : {},
    fields,
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}
