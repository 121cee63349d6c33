import { Page } from '@videowindow/ui';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { HealthList } from './health-list.tsx';

/** What the server stands on, for who runs it. */
export function AdminHealthPage() {
  useTitle('Health');
  return (
    <Page over={toYou} title="Health" intro="What this place stands on, looked at just now.">
      <HealthList />
    </Page>
  );
}
