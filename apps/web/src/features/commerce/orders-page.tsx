// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function OrdersPage() {
  return <Page title="OrdersPage">{null}</Page>;
}
