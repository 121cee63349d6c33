import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { Story } from '@videowindow/contract/api/content';
import { Button, Page, Tabs, useVoice } from '@videowindow/ui';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { TextLink } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { ConflictDialog } from './conflict-dialog.tsx';
import { DiscardButton } from './discard-button.tsx';
import { PreviewPart } from './preview-part.tsx';
import { StoryForm } from './story-form.tsx';
import { StoryStateChips } from './story-state.tsx';
import { type SaveState, useAutosave } from './use-autosave.ts';
import { WhoSees } from './who-sees.tsx';

const route = getRouteApi('/signed-in/makers/studio/stories/$storyId');
const SalePart = lazy(async () => ({ default: (await import('../commerce/listing-form.tsx')).ListingPart }));
const ClipPart = lazy(async () => ({ default: (await import('./clip/clip-part.tsx')).ClipPart }));

/** One story of mine: its words and video, how it is sold, how others will see it, and the way to the feed. */
export function EditorPage() {
  const { storyId } = route.useParams();
  const story = useQuery({ ...read('GET /stories/:id', { params: { id: storyId } }), refetchOnWindowFocus: false });
  return <Loaded query={story}>{(value) => <Editor key={value.id} story={value} />}</Loaded>;
}

function Editor({ story }: { story: Story }) {
  useTitle(story.title || 'New story');
  const { part = 'story' } = route.useSearch();
  const navigate = useNavigate();
  const isWriting = story.state === 'draft' || story.state === 'changes_requested';
  const editable = story.state !== 'submitted' && story.state !== 'removed';
  // What is in the feed already is not changed under the viewers' eyes with each keystroke.
  const editing = useAutosave(story, isWriting);
  const { mediaId } = editing.draft;
  const { save } = editing;
  // A video that takes the place of another is a version of its own, beside the one in the feed, from its first byte on.
  const isReplaced = editable && !isWriting && mediaId !== story.mediaId;
  useEffect(() => {
    if (isReplaced) void save();
  }, [isReplaced, save]);
  return (
    <Page
      over={<TextLink to="/studio">Studio</TextLink>}
      title={editing.draft.title || 'New story'}
      intro={<SaveWords state={editing.state} story={story} onRetry={() => void editing.save()} />}
      actions={<StoryActions story={story} editing={editing} isWriting={isWriting} />}
    >
      <ReviewNote story={story} />
      <Tabs
        label="Parts of the story"
        value={part}
        onChange={(next) =>
          void navigate({
            to: '/studio/stories/$storyId',
            params: { storyId: story.id },
            // The tabs' values are exactly the search parameter's.
            search: { part: next as typeof part },
            replace: true,
          })
        }
        tabs={[
          {
            value: 'story',
            label: 'Story',
            content: (
              <StoryForm
                draft={editing.draft}
                onChange={editing.change}
                editable={editable}
                audience={<WhoSees story={story} />}
              />
            ),
          },
          {
            value: 'sale',
            label: 'Sale',
            content: (
              <Suspense fallback={null}>
                <SalePart storyId={story.id} storyListed={story.isShown && story.visibility !== 'private'} />
              </Suspense>
            ),
          },
          {
            value: 'clip',
            label: 'Clip',
            content: (
              <Suspense fallback={null}>
                <ClipPart mediaId={editing.draft.mediaId} title={editing.draft.title} />
              </Suspense>
            ),
          },
          { value: 'preview', label: 'Preview', content: <PreviewPart story={story} draft={editing.draft} /> },
        ]}
      />
      {editing.state.kind === 'conflict' && (
        <ConflictDialog mine={editing.draft} theirs={editing.state.theirs} onChoose={editing.resolve} />
      )}
    </Page>
  );
}

function SaveWords({ state, story, onRetry }: { state: SaveState; story: Story; onRetry: () => void }) {
  const words = {
    saved: 'Saved',
    unsaved: 'Not saved yet',
    saving: 'Saving…',
    failed: '',
    conflict: 'Changed somewhere else',
  }[state.kind];
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-14">
      <StoryStateChips story={story} />
      {state.kind === 'failed' ? (
        <span role="alert" className="text-madder">
          Not saved: {state.sentence}{' '}
          <button type="button" onClick={onRetry} className="min-h-11 font-semibold underline">
            Try again
          </button>
        </span>
      ) : (
        <span aria-live="polite" className="text-ink-3">
          {words}
        </span>
      )}
    </span>
  );
}

/** What a moderator said, and what it means. */
function ReviewNote({ story }: { story: Story }) {
  const { review } = story;
  if (story.state === 'submitted') {
    return (
      <p className="mb-5 rounded-card bg-indigo/8 p-4 text-ink-2">
        A moderator looks at it now. Take it back if you want to change something.
        {story.isShown && ' Until it is approved, people see the version before it.'}
      </p>
    );
  }
  if (story.state === 'listed') {
    return (
      <p className="mb-5 text-14 text-ink-3">
        A mended typo shows at once. Anything more is looked at first, and people see the story as it is until then.
      </p>
    );
  }
  if (story.isShown && story.state === 'draft') {
    return (
      <p className="mb-5 rounded-card bg-indigo/8 p-4 text-ink-2">
        This is a new version. People see the one before it until you have sent this one and it is approved.
      </p>
    );
  }
  if (!review || review.decision === 'approved') return null;
  return (
    <div className="mb-5 rounded-card bg-amber/10 p-4">
      <p className="font-semibold">
        {review.decision === 'removed' ? 'This story was removed' : 'A change was asked for'}
      </p>
      <p className="mt-1 whitespace-pre-line text-ink-2">{review.reason}</p>
    </div>
  );
}

type Move = 'submit' | 'withdraw' | 'revert' | 'archive' | 'restore';

const movesOf = ({ visibility }: Story): Record<Move, { label: string; done: string }> => ({
  submit: { label: 'Send for review', done: 'Sent. We tell you as soon as somebody has looked at it.' },
  withdraw: { label: 'Take back', done: 'It is a draft again.' },
  revert: { label: 'Drop this version', done: 'It is again as people see it.' },
  ...(visibility === 'public'
    ? {
        archive: { label: 'Take out of the feed', done: 'It is out of the feed. You can put it back at any time.' },
        restore: { label: 'Put back into the feed', done: 'It is in the feed again.' },
      }
    : {
        archive: { label: 'Take it down', done: 'Nobody sees it now. You can put it back at any time.' },
        restore: { label: 'Put it back', done: 'It is there again.' },
      }),
});

const sendMove = (id: string, move: Move): Promise<Story> => {
  const input = { params: { id } };
  switch (move) {
    case 'submit':
      return client.call('POST /stories/:id/submit', input);
    case 'withdraw':
      return client.call('POST /stories/:id/withdraw', input);
    case 'revert':
      return client.call('POST /stories/:id/revert', input);
    case 'archive':
      return client.call('POST /stories/:id/archive', input);
    case 'restore':
      return client.call('POST /stories/:id/unarchive', input);
  }
};

/** What is missing, by the server's field names. */
const missingWords: Record<string, string> = {
  title: 'a title',
  sections: 'a few words about the piece',
  mediaId: 'a video that is ready',
  pictures: 'pictures that are ready: one is still prepared, or could not be used',
  media: 'a video that is ready',
  caption: 'the line under the clip',
};

function problemWith(error: unknown): string {
  if (!isApiError(error, 'story_incomplete')) return sentenceOf(error);
  const fields = Array.isArray(error.details.fields) ? error.details.fields : [];
  const missing = fields.map((field) => {
    const path = typeof field === 'string' ? field : String((field as { path?: unknown }).path ?? '');
    return missingWords[path.split(/[./]/)[0] ?? ''] ?? path;
  });
  return missing.length > 0 ? `Still missing: ${new Intl.ListFormat('en').format(missing)}.` : error.message;
}

function StoryActions(props: { story: Story; editing: ReturnType<typeof useAutosave>; isWriting: boolean }) {
  const { story, editing, isWriting } = props;
  const queries = useQueryClient();
  const { toast } = useVoice();
  const [running, setRunning] = useState<Move | null>(null);
  const moves = movesOf(story);
  const act = useMutation({
    mutationFn: async (move: Move) => {
      setRunning(move);
      // What is under the maker's hands is what is sent.
      if (!(await editing.save()) && move !== 'revert') throw new Error('unsaved');
      return sendMove(story.id, move);
    },
    onSuccess: (answer, move) => {
      if (move === 'revert') editing.replace(answer);
      else editing.adopt(answer);
      queries.setQueryData(keyOf('GET /stories/:id', { params: { id: story.id } }), answer);
      void queries.invalidateQueries({ queryKey: keyOf('GET /stories') });
      toast({ text: moves[move].done, tone: 'good' });
    },
    onError: (error) => {
      if (error.message !== 'unsaved') toast({ text: problemWith(error), tone: 'bad' });
    },
    onSettled: () => setRunning(null),
  });

  // A story that lacks something can still be sent: the answer says what is missing, which a dead button never does.
  const wanted: Move[] = ['submit', 'withdraw', 'revert', 'archive', 'restore'];
  const given = wanted.filter((move) => story.possible.includes(move) || (move === 'submit' && isWriting));
  // First the new version, then the one in the feed: both at once is more than anybody means.
  const possible = given.filter((move) => move !== 'archive' || !given.includes('revert'));
  const needsSave = !isWriting && editing.state.kind !== 'saved' && editing.state.kind !== 'conflict';
  return (
    <>
      {needsSave && (
        <Button busy={editing.state.kind === 'saving'} onClick={() => void editing.save()}>
          Save changes
        </Button>
      )}
      {story.possible.includes('discard') && <DiscardButton story={story} />}
      {story.isShown && (
        <Link
          to="/s/$storyId"
          params={{ storyId: story.id }}
          className="inline-flex min-h-11 items-center px-3 font-semibold text-indigo"
        >
          See it live
        </Link>
      )}
      {possible.map((move) => (
        <Button
          key={move}
          variant={move === 'submit' ? 'primary' : 'secondary'}
          busy={running === move}
          onClick={() => act.mutate(move)}
        >
          {moves[move].label}
        </Button>
      ))}
    </>
  );
}
