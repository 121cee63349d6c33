import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { Story } from '@videowindow/contract/api/content';
import { Button, useVoice } from '@videowindow/ui';
import { Check, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../../app/session.ts';
import { dateTime } from '../../lib/dates.ts';
import { PersonAvatar } from '../../lib/person-avatar.tsx';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { sound } from '../../lib/sound.ts';
import { useKeys } from '../../lib/use-keys.ts';
import { PrivateClip } from '../content/private-clip.tsx';
import { OwnPicture } from '../content/sections/own-picture.tsx';
import { SectionBody } from '../content/sections/section-body.tsx';
import { sectionTitles } from '../content/sections/section-titles.ts';
import { ReasonSheet } from './reason-sheet.tsx';

type Decision = 'approve' | 'request_changes' | 'remove';

type Props = {
  story: Story;
  submittedAt: string;
  onNext: () => void;
  onPrevious: () => void;
  /** It has left the queue. */
  onDecided: () => void;
};

/** One story on one screen: the clip, every word of it, and the three decisions. */
export function StoryReview({ story, submittedAt, onNext, onPrevious, onDecided }: Props) {
  const [asking, setAsking] = useState<'request_changes' | 'remove' | null>(null);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const decide = useMutation({
    mutationFn: ({ decision, reason }: { decision: Decision; reason: string }) =>
      client.call('POST /moderation/stories/:id/decision', {
        params: { id: story.id },
        body: { decision, reason, version: story.version },
      }),
    onSuccess: async (_, { decision }) => {
      setAsking(null);
      onDecided();
      toast({ text: `${doneWords[decision]}: ${story.title}`, tone: decision === 'approve' ? 'good' : 'plain' });
      await queries.invalidateQueries({ queryKey: ['GET /moderation/queue'] });
    },
    onError: async (error) => {
      // Changed, taken back, or decided by somebody else: the queue knows better by now.
      if (!isApiError(error, 'version_conflict') && !isApiError(error, 'invalid_transition')) return;
      setAsking(null);
      toast({
        text: isApiError(error, 'version_conflict')
          ? 'The maker has changed it since. Here it is as it is now.'
          : 'This one no longer waits: the maker took it back, or somebody else has decided.',
      });
      await queries.invalidateQueries({ queryKey: ['GET /moderation/queue'] });
    },
  });
  const isOwn = useMe()?.id === story.maker.id;
  const approve = () => {
    if (!decide.isPending && !isOwn) decide.mutate({ decision: 'approve', reason: '' });
  };
  useKeys({
    j: onNext,
    k: onPrevious,
    a: approve,
    c: () => !isOwn && setAsking('request_changes'),
    r: () => !isOwn && setAsking('remove'),
    m: () => sound.setMuted(!sound.isMuted()),
  });
  const busy = decide.isPending ? decide.variables.decision : null;

  return (
    <article className="flex flex-col gap-5 md:grid md:grid-cols-[minmax(0,18rem)_minmax(0,1fr)] md:gap-6">
      <div className="md:sticky md:top-6 md:self-start">
        {story.mediaId ? (
          <PrivateClip mediaId={story.mediaId} title={story.title} />
        ) : (
          <p className="rounded-card bg-ink/5 p-6 text-center text-ink-2">This story has no video.</p>
        )}
      </div>
      {/* No box of its own on a phone: there the decisions stick to the window through the whole story. */}
      <div className="contents md:grid md:content-start md:gap-5">
        <header>
          <h2 className="font-title text-28 font-semibold">{story.title || 'Without a title'}</h2>
          <p className="mt-1 text-14 text-ink-3">
            {[story.category, `sent ${dateTime(submittedAt)}`].filter(Boolean).join(' · ')}
          </p>
        </header>
        <Link to="/@{$handle}" params={{ handle: story.maker.handle }} className="flex items-center gap-3">
          <PersonAvatar person={story.maker} />
          <span>
            <span className="block font-semibold">{story.maker.displayName}</span>
            <span className="block text-14 text-ink-3">@{story.maker.handle}</span>
          </span>
        </Link>
        {story.review && (
          <p className="rounded-control bg-amber/12 px-4 py-3 text-14">
            <span className="font-semibold">Asked before, {dateTime(story.review.at)}:</span> {story.review.reason}
          </p>
        )}
        <TextPart title="Under the clip" text={story.caption} />
        {story.sections.map((section) => (
          <section key={section.kind}>
            <h3 className="mb-1 font-semibold">{sectionTitles[section.kind]}</h3>
            <SectionBody text={section.text}>
              {section.pictures?.map(({ mediaId, alt }) => (
                <figure key={mediaId} className="grid gap-1">
                  <OwnPicture mediaId={mediaId} alt={alt} />
                  <figcaption className="text-14 text-ink-3">{alt || 'Nothing is said of this picture.'}</figcaption>
                </figure>
              ))}
            </SectionBody>
          </section>
        ))}
        {decide.isError && !asking && (
          <p role="alert" className="rounded-control bg-madder/8 px-4 py-3 text-14 text-madder">
            {sentenceOf(decide.error)}
          </p>
        )}
        {isOwn ? (
          <p className="rounded-control bg-amber/12 px-4 py-3 text-14">
            This story is your own. Another moderator decides on it.
          </p>
        ) : (
          <div className="sticky bottom-[calc(4rem+1px+env(safe-area-inset-bottom))] -mx-5 flex gap-2 border-t border-line bg-paper px-5 py-3 md:bottom-0 md:mx-0 md:px-0">
            <Button
              className="grow"
              busy={busy === 'approve'}
              icon={<Check aria-hidden size={18} />}
              aria-keyshortcuts="a"
              onClick={approve}
            >
              Approve
            </Button>
            <Button variant="secondary" aria-keyshortcuts="c" onClick={() => setAsking('request_changes')}>
              Ask for changes
            </Button>
            <Button
              variant="danger"
              title="Remove"
              icon={<Trash2 aria-hidden size={18} />}
              aria-keyshortcuts="r"
              onClick={() => setAsking('remove')}
            >
              <span className="sr-only">Remove</span>
            </Button>
          </div>
        )}
      </div>
      {asking && (
        <ReasonSheet
          title={asking === 'remove' ? 'Remove this story?' : 'What should change?'}
          subtitle={story.title}
          hint={
            asking === 'remove'
              ? 'The maker reads this. The story does not come back; the rule it breaks belongs here.'
              : 'The maker reads this, changes the story, and sends it again. Say what, and what would do.'
          }
          suggestions={asking === 'remove' ? removals : changes}
          confirm={asking === 'remove' ? 'Remove it' : 'Send it back'}
          danger={asking === 'remove'}
          busy={decide.isPending}
          error={decide.error}
          onConfirm={(reason) => decide.mutate({ decision: asking, reason })}
          onClose={() => {
            setAsking(null);
            decide.reset();
          }}
        />
      )}
    </article>
  );
}

const doneWords: Record<Decision, string> = {
  approve: 'Approved',
  request_changes: 'Sent back for changes',
  remove: 'Removed',
};

/** Sentences that are often needed; each can be changed before it is sent. */
const changes = [
  'Please show the piece itself in the clip, in good light.',
  'Please say what it is made of and how large it is.',
  'The text promises something that the clip does not show. Please bring them together.',
];
const removals = [
  'This is not made by the person who sells it.',
  'The clip shows something that is not allowed here.',
  'This is an advertisement, not the making of a piece.',
];

function TextPart({ title, text }: { title: string; text: string }) {
  if (text.trim() === '') return null;
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <p className="max-w-text whitespace-pre-line text-ink-2">{text}</p>
    </section>
  );
}
