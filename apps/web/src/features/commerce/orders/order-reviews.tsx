// The two reviews of an order: one writes theirs, and sees the other one when both are there.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Order, Review, OrderReviews as Reviews } from '@videowindow/contract/api/commerce';
import { Button, Card, Section, TextArea, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { date } from '../../../lib/dates.ts';
import { focusProblem } from '../../../lib/focus-problem.ts';
import { keyOf, read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { firstName, otherOf, type Side } from '../order-words.ts';
import { ReviewText } from './review-list.tsx';
import { StarsField } from './stars.tsx';

export function OrderReviews({ order, side }: { order: Order; side: Side }) {
  const query = useQuery(read('GET /orders/:id/reviews', { params: { id: order.id } }));
  const { data } = query;
  if (!data || (!data.mine && !data.theirs && !data.writeUntil)) return null;
  const other = firstName(otherOf(order, side));
  return (
    <Section title="Reviews">
      <div className="grid max-w-text gap-3">
        {data.mine && (
          <Written
            review={data.mine}
            by="You"
            waits={data.mine.publishedAt === null ? data.shownAt : null}
            other={other}
          />
        )}
        {data.theirs && (
          <Written
            review={data.theirs}
            by={other}
            waits={null}
            other={other}
            mayReply={side === 'maker'}
            order={order}
          />
        )}
        {data.writeUntil && <ReviewForm order={order} other={other} reviews={data} />}
      </div>
    </Section>
  );
}

function Written({
  review,
  by,
  waits,
  other,
  mayReply = false,
  order,
}: {
  review: Review;
  by: string;
  waits: string | null;
  other: string;
  mayReply?: boolean;
  order?: Order;
}) {
  return (
    <Card>
      <ReviewText review={review} by={by} />
      {waits && (
        <p className="mt-2 text-14 text-ink-3">
          Shown when {other} has written too, or on {date(waits)}.
        </p>
      )}
      {mayReply && order && review.reply === null && <ReplyForm review={review} order={order} />}
    </Card>
  );
}

function ReviewForm({ order, other, reviews }: { order: Order; other: string; reviews: Reviews }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const [stars, setStars] = useState(0);
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const params = { id: order.id };
  const write = useMutation({
    mutationFn: () => client.call('POST /orders/:id/reviews', { params, body: { stars, text: text.trim() } }),
    onSuccess: (next) => {
      queries.setQueryData(keyOf('GET /orders/:id/reviews', { params }), next);
      void queries.invalidateQueries({ queryKey: ['GET /reviews'] });
      toast({ text: 'Thank you for your words.', tone: 'good' });
    },
  });
  return (
    <Card>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (stars === 0) focusProblem(event.currentTarget);
          else if (!write.isPending) write.mutate();
        }}
      >
        <StarsField
          value={stars}
          onChange={setStars}
          error={tried && stars === 0 ? 'Choose one to five stars.' : undefined}
        />
        <TextArea
          label={`What should others know about ${other}?`}
          optional
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          hint={`Everybody can read it, and it cannot be changed. ${other} sees it when both are written, or after a week.`}
        />
        {write.isError && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(write.error)}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" busy={write.isPending}>
            Send the review
          </Button>
          {reviews.shownAt && <span className="text-14 text-ink-3">{other} has written theirs already.</span>}
        </div>
      </form>
    </Card>
  );
}

function ReplyForm({ review, order }: { review: Review; order: Order }) {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const reply = useMutation({
    mutationFn: (words: string) =>
      client.call('POST /reviews/:id/reply', { params: { id: review.id }, body: { text: words } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keyOf('GET /orders/:id/reviews', { params: { id: order.id } }) });
      void queries.invalidateQueries({ queryKey: ['GET /reviews'] });
    },
  });
  const written = text.trim();
  return (
    <form
      className="mt-4 grid gap-3 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (written && !reply.isPending) reply.mutate(written);
      }}
    >
      <TextArea
        label="Answer it"
        optional
        rows={2}
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        hint="Everybody can read it below the review."
      />
      {reply.isError && (
        <p role="alert" className="text-14 text-madder">
          {sentenceOf(reply.error)}
        </p>
      )}
      <Button
        type="submit"
        variant="secondary"
        className="justify-self-start"
        busy={reply.isPending}
        disabled={!written}
      >
        Answer
      </Button>
    </form>
  );
}
