import type { Story } from '@videowindow/contract/api/content';
import { StatusChip, type Tone } from '@videowindow/ui';
import { placeWords } from './visibility-words.ts';

const words: Record<Exclude<Story['state'], 'listed'>, { label: string; tone: Tone }> = {
  draft: { label: 'Draft', tone: 'plain' },
  submitted: { label: 'In review', tone: 'info' },
  changes_requested: { label: 'Changes asked', tone: 'due' },
  scheduled: { label: 'Scheduled', tone: 'info' },
  archived: { label: 'Archived', tone: 'plain' },
  removed: { label: 'Removed', tone: 'bad' },
};

/** Where a story stands: its own state, and where people see a version of it meanwhile. */
export function StoryStateChips({ story }: { story: Pick<Story, 'state' | 'visibility' | 'isShown'> }) {
  const place = placeWords[story.visibility];
  return (
    <>
      {story.state !== 'listed' && <StatusChip tone={words[story.state].tone}>{words[story.state].label}</StatusChip>}
      {story.isShown && <StatusChip tone={place.tone}>{place.label}</StatusChip>}
    </>
  );
}
