// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function StudioOrdersPage() {
  return <Page title="StudioOrdersPage">{null}</Page>;
}
