// The sandbox's door: stand-ins for outside providers, spoken on the wire, for this machine only.
export type { Mail } from './inbox/mailbox.ts';
export { googleClientId } from './oidc/issuer.ts';
export { appleDeveloper } from './oidc/tokens.ts';
export { createSandbox, type Sandbox, type SandboxLog, type SandboxOptions } from './sandbox.ts';
export { type ServedSandbox, serve } from './serve.ts';
export type { WebhookEndpoint, WebhookEndpoints } from './stripe/webhooks.ts';
export { type StripeTarget, stripeTarget } from './stripeClient.ts';
