// How one comes in, and where one is in. Each way in has its own section, in a file of its own.
import { useQuery } from '@tanstack/react-query';
import { Page } from '@videowindow/ui';
import { Loaded } from '../../lib/loaded.tsx';
import { read } from '../../lib/queries.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { EmailSection } from './email-section.tsx';
import { KeysSections } from './keys/keys-sections.tsx';
import { StaffWaits } from './keys/staff-waits.tsx';
import { PasswordSection } from './password-section.tsx';
import { PhoneSection } from './phone-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { VerificationsSection } from './verifications-section.tsx';

export function SecurityPage() {
  useTitle('Sign-in and security');
  const ways = useQuery(read('GET /auth/ways'));
  return (
    <Page over={toYou} width="form" title="Sign-in and security" intro="Your ways in. The last one always stays.">
      <Loaded query={ways}>
        {({ items }) => (
          <>
            <StaffWaits />
            <EmailSection ways={items} />
            <PhoneSection ways={items} />
            <PasswordSection ways={items} />
            <KeysSections ways={items} />
            <VerificationsSection asOf={ways.dataUpdatedAt} />
            <SessionsSection />
          </>
        )}
      </Loaded>
    </Page>
  );
}
