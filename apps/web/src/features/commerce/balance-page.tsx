// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function StudioBalancePage() {
  return <Page title="StudioBalancePage">{null}</Page>;
}
