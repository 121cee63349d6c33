// Settings of payments.
import { Type } from 'typebox';
import { defineSettings } from '#platform/config';

export const paymentsSettings = defineSettings({
  STRIPE_SECRET_KEY: {
    schema: Type.String({ pattern: '^(sk|rk)_(test|live)_' }),
    about: "Stripe's secret key; without it the sandbox on loopback, and no payments in production",
    secret: true,
  },
  STRIPE_WEBHOOK_SECRETS: {
    schema: Type.String({ pattern: '^whsec_[^,]+(,whsec_[^,]+)*$' }),
    about:
      'Signing secret of the platform endpoint /api/v1/webhooks/stripe/platform; two with a comma while one is rolled',
    secret: true,
  },
  STRIPE_CONNECT_WEBHOOK_SECRETS: {
    schema: Type.String({ pattern: '^whsec_[^,]+(,whsec_[^,]+)*$' }),
    about:
      'Signing secret of the Connect endpoint /api/v1/webhooks/stripe/connect; two with a comma while one is rolled',
    secret: true,
  },
});
