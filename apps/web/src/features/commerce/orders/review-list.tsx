// Published reviews, as everybody reads them.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Review } from '@videowindow/contract/api/commerce';
import { IconButton, Section } from '@videowindow/ui';
import { Flag } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useMe } from '../../../app/session.ts';
import { date } from '../../../lib/dates.ts';
import { Paged } from '../../../lib/paged.tsx';
import { read, readPages } from '../../../lib/queries.ts';
import { Stars } from './stars.tsx';

const ReportSheet = lazy(async () => ({ default: (await import('../../trust/report-sheet.tsx')).ReportSheet }));

/** One review with the maker's answer below it. */
export function ReviewText({ review, by }: { review: Review; by: string }) {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Stars stars={review.stars} />
        <span className="font-semibold">{by}</span>
        {review.publishedAt && <span className="text-14 text-ink-3">{date(review.publishedAt)}</span>}
      </p>
      {review.text && <p className="mt-1 whitespace-pre-line break-words text-ink-2">{review.text}</p>}
      {review.reply && (
        <p className="mt-2 border-l-2 border-line pl-3 whitespace-pre-line break-words text-ink-2">
          <span className="block text-14 text-ink-3">The maker answers</span>
          {review.reply.text}
        </p>
      )}
    </>
  );
}

const starsText = (mean: number | null, count: number): string =>
  `${mean ?? 0} of 5 in ${count} ${count === 1 ? 'review' : 'reviews'}`;

/** What is said of a person; nothing at all before the first. */
export function ReviewsOf({ personId }: { personId: string }) {
  const query = useInfiniteQuery(readPages('GET /reviews', { query: { about: personId } }));
  const [first] = query.data?.pages ?? [];
  if (!first || first.count === 0) return null;
  return (
    <Section
      title="Reviews"
      aside={
        <span className="flex items-center gap-2 text-14 text-ink-3">
          <Stars stars={first.mean ?? 0} />
          <span aria-hidden>{starsText(first.mean, first.count)}</span>
        </span>
      }
    >
      <Paged<Review> query={query} empty={null} end="These are all reviews.">
        {(items) => (
          <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
            {items.map((review) => (
              <li key={review.id} className="relative rounded-card border border-line bg-sheet p-4 pr-12">
                <ReviewText review={review} by={review.author.displayName} />
                <p className="mt-1 text-14 text-ink-3">
                  {review.by === 'buyer' ? 'bought ' : 'sold '}
                  <Link
                    to="/s/$storyId"
                    params={{ storyId: review.storyId }}
                    className="text-indigo underline underline-offset-2"
                  >
                    {review.storyTitle}
                  </Link>
                </p>
                <ReportReview review={review} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Section>
  );
}

/** What buyers said of a story's piece. */
export function ReviewsOfPiece({ storyId }: { storyId: string }) {
  const { data } = useQuery(read('GET /reviews', { query: { storyId } }));
  if (!data || data.count === 0) return null;
  return (
    <Section title={data.count === 1 ? 'What its buyer says' : 'What buyers say'}>
      <ul className="grid gap-3">
        {data.items.map((review) => (
          <li key={review.id} className="relative pr-10">
            <ReviewText review={review} by={review.author.displayName} />
            <ReportReview review={review} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function ReportReview({ review }: { review: Review }) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  if (!me || me.id === review.author.id) return null;
  return (
    <span className="absolute top-1.5 right-1.5">
      <IconButton label="Report this review" icon={<Flag aria-hidden size={16} />} onClick={() => setOpen(true)} />
      {open && (
        <Suspense fallback={null}>
          <ReportSheet kind="review" subjectId={review.id} title={review.text} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </span>
  );
}
