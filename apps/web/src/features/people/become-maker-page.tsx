// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function BecomeMakerPage() {
  return <Page title="BecomeMakerPage">{null}</Page>;
}
