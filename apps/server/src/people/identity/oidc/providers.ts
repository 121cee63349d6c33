// Google and Apple, as far as an operator has set them up.
import type { AppleKey } from './apple-secret.ts';
import { appleSecret } from './apple-secret.ts';
import { createOidcProvider, type OidcProvider, type ProviderName } from './provider.ts';

export type SocialSettings = {
  google: { clientId: string; clientSecret: string } | null;
  apple: AppleKey | null;
  /** Where the sandbox plays both, as http://127.0.0.1:8080/sandbox/oidc; null for the real ones. */
  sandbox: (() => string) | null;
};

export type SocialProviders = Partial<Record<ProviderName, OidcProvider>>;

/** @throws Error when Apple's key cannot be read */
export const createSocialProviders = (
  { google, apple, sandbox }: SocialSettings,
  clock: () => Date,
): SocialProviders => ({
  ...(google && {
    google: createOidcProvider({
      name: 'google',
      issuer: () => (sandbox ? `${sandbox()}/google` : 'https://accounts.google.com'),
      clientId: google.clientId,
      clientSecret: async () => google.clientSecret,
      scope: 'openid email profile',
      prompt: 'select_account',
      clock,
      insecure: sandbox !== null,
    }),
  }),
  ...(apple && {
    apple: createOidcProvider({
      name: 'apple',
      issuer: () => (sandbox ? `${sandbox()}/apple` : 'https://appleid.apple.com'),
      clientId: apple.clientId,
      clientSecret: appleSecret(apple),
      scope: 'openid name email',
      responseMode: 'form_post',
      clock,
      insecure: sandbox !== null,
    }),
  }),
});
