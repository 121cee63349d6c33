import { Link } from '@tanstack/react-router';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { EyeOff } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { PersonAvatar } from '../../lib/person-avatar.tsx';
import { type BuyWay, SalePanel } from '../commerce/sale-panel.tsx';
import { audienceNote } from '../content/audience-note.ts';
import { firstLine } from '../content/sections/first-line.ts';
import { sectionTitles } from '../content/sections/section-titles.ts';

/** Below what is for sale: the feed's first load does without. */
const ShownSection = lazy(async () => ({
  default: (await import('../content/sections/shown-section.tsx')).ShownSection,
}));
const ReviewsOfPiece = lazy(async () => ({
  default: (await import('../commerce/orders/review-list.tsx')).ReviewsOfPiece,
}));

/** The story and how its piece can be bought, beside the clip or below it. */
export function StoryPanel({
  item,
  onBuy,
  heading,
}: {
  item: FeedItem;
  onBuy: (way: BuyWay) => void;
  /** `h1` where the story is the page. */
  heading: 'h1' | 'h2';
}) {
  const { story } = item;
  const note = audienceNote[story.visibility];
  const Heading = heading;
  const Subheading = heading === 'h1' ? 'h2' : 'h3';
  const dimensions = firstLine(story.sections.find((section) => section.kind === 'dimensions')?.text);
  const facts = [story.category, dimensions].filter(Boolean).join(' · ');
  const sections = story.sections.filter(({ text, pictures }) => text.trim() !== '' || pictures.length > 0);
  return (
    <article className="grid gap-5">
      <header>
        <Heading tabIndex={heading === 'h1' ? -1 : undefined} className="font-title text-28 font-semibold">
          {heading === 'h2' ? (
            <Link to="/s/$storyId" params={{ storyId: story.id }}>
              {story.title}
            </Link>
          ) : (
            story.title
          )}
        </Heading>
        {facts && <p className="mt-1 text-16 text-ink-3">{facts}</p>}
        {note && (
          <p className="mt-2 flex items-center gap-1.5 text-14 text-ink-3">
            <EyeOff aria-hidden size={16} />
            {note}
          </p>
        )}
      </header>
      <SalePanel item={item} onBuy={onBuy} />
      {sections.map((section) => (
        <section key={section.kind}>
          <Subheading className="mb-1 font-semibold">{sectionTitles[section.kind]}</Subheading>
          {/* Its words stand there at once, without their marks for a moment. */}
          <Suspense fallback={<p className="max-w-text whitespace-pre-line text-ink-2">{section.text}</p>}>
            <ShownSection section={section} />
          </Suspense>
        </section>
      ))}
      <Link
        to="/@{$handle}"
        params={{ handle: story.maker.handle }}
        className="flex items-center gap-3 border-t border-line pt-4"
      >
        <PersonAvatar person={story.maker} />
        <span>
          <span className="block font-semibold">{story.maker.displayName}</span>
          <span className="block text-14 text-ink-3">
            {[`@${story.maker.handle}`, story.maker.city].filter(Boolean).join(' · ')}
          </span>
        </span>
      </Link>
      {heading === 'h1' && (
        <Suspense fallback={null}>
          <ReviewsOfPiece storyId={story.id} />
        </Suspense>
      )}
    </article>
  );
}
