// Stripe's error envelope: {error: {type, code, param, message, ...}} with its HTTP status.
// Source: https://docs.stripe.com/api/errors and the SDK's Error.js, which turns status and type into its classes.

export interface FaultBody {
  type: 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  doc_url?: string;
  payment_intent?: unknown;
  charge?: string;
}

/** An answer other than 200 of the Stripe API. */
export class StripeFault extends Error {
  readonly status: number;
  readonly body: FaultBody;

  constructor(status: number, body: FaultBody) {
    super(body.message);
    this.status = status;
    this.body =
      body.code === undefined
        ? body
        : { ...body, doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll('_', '-')}` };
  }
}

/** 400 invalid_request_error. */
export function invalid(message: string, param?: string, code?: string): StripeFault {
  return new StripeFault(400, {
    type: 'invalid_request_error',
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });
}

/** 409: the same idempotency key came again while its first request is still running. */
export const KEY_IN_USE = {
  type: 'invalid_request_error',
  code: 'idempotency_key_in_use',
  message:
    'There is currently another in-progress request using this idempotency key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
} as const satisfies FaultBody;

/** The object that the path names is not there: 404. */
export function missing(noun: string, id: string, param = 'id'): StripeFault {
  return new StripeFault(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param,
  });
}

/** An object that a parameter names is not there: 400. */
export function missingReference(noun: string, id: string, param: string): StripeFault {
  return invalid(`No such ${noun}: '${id}'`, param, 'resource_missing');
}
