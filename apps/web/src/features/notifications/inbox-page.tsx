// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function InboxPage() {
  return <Page title="InboxPage">{null}</Page>;
}
