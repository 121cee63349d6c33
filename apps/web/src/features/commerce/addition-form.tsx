import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Listing } from '@videowindow/contract/api/commerce';
import { Button, TextArea } from '@videowindow/ui';
import { useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

/** While others rely on the words of a piece they stay; what is missing is added below them, with its date. */
export function AdditionForm({ listing, open }: { listing: Listing; open: boolean }) {
  const [text, setText] = useState('');
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => client.call('POST /listings/:id/additions', { params: { id: listing.id }, body: { text } }),
    onSuccess: (saved) => {
      setText('');
      const params = { storyId: listing.storyId };
      queries.setQueryData(keyOf('GET /stories/:storyId/listing', { params }), saved);
    },
  });
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !add.isPending) add.mutate();
      }}
    >
      {listing.additions.map(({ at, text: added }) => (
        <p key={at} className="border-l-2 border-line pl-4 text-14">
          <span className="block text-ink-3">{dateTime(at)}</span>
          {added}
        </p>
      ))}
      {open && (
        <>
          <TextArea
            label="Add something"
            hint="Everybody sees it below your story, with its date. It cannot be changed afterwards."
            maxLength={1000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            error={add.isError ? sentenceOf(add.error) : undefined}
          />
          <Button
            type="submit"
            variant="secondary"
            className="w-fit"
            busy={add.isPending}
            disabled={text.trim() === ''}
          >
            Add it
          </Button>
        </>
      )}
    </form>
  );
}
