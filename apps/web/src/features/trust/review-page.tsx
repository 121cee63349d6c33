// The moderators' desk: stories that wait for a look, and what people have reported,
// and orders that their two sides could not settle.
import { getRouteApi } from '@tanstack/react-router';
import { Page, Tabs } from '@videowindow/ui';
import { useTitle } from '../../lib/title.ts';
import { AppealQueue } from './appeal-queue.tsx';
import { BidderQueue } from './bidder-queue.tsx';
import { IssueQueue } from './issue-queue.tsx';
import { ReportQueue } from './report-queue.tsx';
import { StoryQueue } from './story-queue.tsx';

const route = getRouteApi('/signed-in/moderation');

/** The desks beside the first, which needs no name in the address. */
const desks = ['reports', 'issues', 'appeals', 'bidders'] as const;

export function ReviewPage() {
  useTitle('Review');
  const { tab = 'stories' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="Review">
      <Tabs
        label="Review"
        value={tab}
        onChange={(next) => void navigate({ search: { tab: desks.find((desk) => desk === next) }, replace: true })}
        tabs={[
          { value: 'stories', label: 'Stories', content: <StoryQueue /> },
          { value: 'reports', label: 'Reports', content: <ReportQueue /> },
          { value: 'appeals', label: 'Appeals', content: <AppealQueue /> },
          { value: 'issues', label: 'Orders', content: <IssueQueue /> },
          { value: 'bidders', label: 'Bidders', content: <BidderQueue /> },
        ]}
      />
    </Page>
  );
}
