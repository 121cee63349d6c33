// the provider's webhooks
import { Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Strict } from '../../schema.ts';

export const paymentsApi = defineApi({
  'POST /webhooks/stripe/:endpoint': {
    summary: "The payment provider's webhooks, signed; `endpoint` is `platform` or `connect`",
    action: 'provider.webhook',
    rawBody: true,
    response: Strict({ received: Type.Boolean() }),
    errors: ['malformed_request', 'capability_off'],
  },
});
