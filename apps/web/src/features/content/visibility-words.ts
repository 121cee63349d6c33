// What people read about whom a story is for.
import type { Story } from '@videowindow/contract/api/content';
import type { Tone } from '@videowindow/ui';

type Visibility = Story['visibility'];

/** From those whom the most may see on, as the maker chooses. */
export const visibilityChoices: readonly { value: Visibility; label: string; words: string }[] = [
  { value: 'public', label: 'Everybody', words: 'It is in the feed and on your page.' },
  {
    value: 'unlisted',
    label: 'Who has the link',
    words: 'It is in no list. Anybody you give the link to can watch, signed in or not.',
  },
  {
    value: 'followers',
    label: 'Your followers',
    words: 'They find it on your page. To others, even with the link, it is not there.',
  },
  { value: 'private', label: 'Only you', words: 'Nobody else, but a moderator if there is a question about it.' },
];

/** A listed story's place, in two words. */
export const placeWords: Record<Visibility, { label: string; tone: Tone }> = {
  public: { label: 'In the feed', tone: 'good' },
  unlisted: { label: 'By link', tone: 'good' },
  followers: { label: 'For followers', tone: 'good' },
  private: { label: 'Only you', tone: 'plain' },
};
