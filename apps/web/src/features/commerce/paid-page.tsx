// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function PaidPage() {
  return <Page title="PaidPage">{null}</Page>;
}
