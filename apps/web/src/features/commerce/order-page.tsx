// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function OrderPage() {
  return <Page title="OrderPage">{null}</Page>;
}
