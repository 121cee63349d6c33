// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function ReviewPage() {
  return <Page title="ReviewPage">{null}</Page>;
}
