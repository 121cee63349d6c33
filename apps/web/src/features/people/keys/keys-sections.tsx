// The parts of 'Sign-in and security' beside the code by mail: Google and Apple, passkeys, the authenticator app.
import type { Way } from '@videowindow/contract/api/identity';
import { PasskeysSection } from './passkeys-section.tsx';
import { SecondFactorSection } from './second-factor-section.tsx';
import { SocialSection } from './social-section.tsx';

export function KeysSections({ ways }: { ways: readonly Way[] }) {
  return (
    <>
      <SocialSection ways={ways} />
      <PasskeysSection ways={ways} />
      <SecondFactorSection />
    </>
  );
}
