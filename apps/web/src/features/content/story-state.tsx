import type { Story } from '@videowindow/contract/api/content';
import { StatusChip, type Tone } from '@videowindow/ui';

const words: Record<Story['state'], { label: string; tone: Tone }> = {
  draft: { label: 'Draft', tone: 'plain' },
  submitted: { label: 'In review', tone: 'info' },
  changes_requested: { label: 'Changes asked', tone: 'due' },
  scheduled: { label: 'Scheduled', tone: 'info' },
  listed: { label: 'In the feed', tone: 'good' },
  archived: { label: 'Archived', tone: 'plain' },
  removed: { label: 'Removed', tone: 'bad' },
};

export function StoryStateChip({ state }: { state: Story['state'] }) {
  const { label, tone } = words[state];
  return <StatusChip tone={tone}>{label}</StatusChip>;
}
