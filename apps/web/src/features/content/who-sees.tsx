import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Story } from '@videowindow/contract/api/content';
import { Button, classNames, useVoice } from '@videowindow/ui';
import { Link2 } from 'lucide-react';
import { useId, useState } from 'react';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { share } from '../../lib/share.ts';
import { visibilityChoices } from './visibility-words.ts';

/**
 * Whom a story is for, and its link. A draft keeps each choice; of what people see already a choice holds when it is
 * confirmed, since the arrow keys pass others on the way to the one that is meant.
 */
export function WhoSees({ story }: { story: Story }) {
  const name = useId();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: story.id };
  const [asked, setAsked] = useState(story.visibility);
  const choose = useMutation({
    scope: { id: `visibility ${story.id}` }, // one after the other: the last choice is the one that stays
    mutationFn: (visibility: Story['visibility']) =>
      client.call('PUT /stories/:id/visibility', { params, body: { visibility } }),
    onSuccess: (answer) => {
      queries.setQueryData(keyOf('GET /stories/:id', { params }), answer);
      void queries.invalidateQueries({ queryKey: keyOf('GET /stories') });
      // Its clip moves to other addresses with that.
      void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id/playback') });
    },
  });
  const isRemoved = story.state === 'removed';
  const hasLink = story.isShown && story.visibility !== 'private';
  const copy = async () => {
    const outcome = await share({ path: `/s/${story.id}`, title: story.title });
    if (outcome === 'copied') toast({ text: 'Link copied.' });
    if (outcome === 'failed') toast({ text: `Copy this link: ${location.origin}/s/${story.id}`, tone: 'bad' });
  };
  return (
    <fieldset disabled={isRemoved} className="grid content-start gap-2">
      <legend className="mb-2 text-14 font-semibold text-ink-2">Who can see it</legend>
      {visibilityChoices.map(({ value, label, words }) => (
        <label
          key={value}
          className={classNames(
            'flex cursor-pointer gap-3 rounded-control border bg-sheet px-3 py-2.5 transition-colors duration-120',
            'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-indigo',
            asked === value ? 'border-ink' : 'border-line hover:border-line-strong',
          )}
        >
          <input
            type="radio"
            name={name}
            value={value}
            checked={asked === value}
            aria-labelledby={`${name}-${value}-label`}
            aria-describedby={`${name}-${value}`}
            onChange={() => {
              setAsked(value);
              if (!story.isShown) choose.mutate(value);
            }}
            className="mt-1 size-4 shrink-0 accent-kiln"
          />
          <span className="min-w-0">
            <span id={`${name}-${value}-label`} className="block font-semibold">
              {label}
            </span>
            <span id={`${name}-${value}`} className="block text-14 text-ink-3">
              {words}
            </span>
          </span>
        </label>
      ))}
      {choose.isError && (
        <p role="alert" className="text-14 text-madder">
          {sentenceOf(choose.error)}
        </p>
      )}
      {story.isShown && asked !== story.visibility && (
        <div className="flex flex-wrap gap-2">
          <Button busy={choose.isPending} onClick={() => choose.mutate(asked)}>
            Change who can see it
          </Button>
          <Button variant="quiet" disabled={choose.isPending} onClick={() => setAsked(story.visibility)}>
            Leave it
          </Button>
        </div>
      )}
      {hasLink ? (
        <div>
          <Button variant="quiet" size="small" icon={<Link2 aria-hidden size={18} />} onClick={() => void copy()}>
            Copy its link
          </Button>
        </div>
      ) : (
        !story.isShown &&
        story.visibility !== 'private' && (
          <p className="text-14 text-ink-3">This begins when a moderator has approved it.</p>
        )
      )}
    </fieldset>
  );
}
