import { Page } from '@videowindow/ui';
import { useTitle } from '../../lib/title.ts';
import { HealthList } from './health-list.tsx';

/** What the server stands on, for who runs it. */
export function AdminHealthPage() {
  useTitle('Health');
  return (
    <Page title="Health" intro="What this place stands on, looked at just now.">
      <HealthList />
    </Page>
  );
}
