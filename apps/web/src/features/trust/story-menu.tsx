import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { PublicStory } from '@videowindow/contract/api/content';
import { ConfirmDialog, IconButton, Menu, useVoice } from '@videowindow/ui';
import { Ban, Ellipsis, ExternalLink, Flag } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useMe } from '../../app/session.ts';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

const ReportSheet = lazy(async () => ({ default: (await import('./report-sheet.tsx')).ReportSheet }));

/** What one may do with somebody's story beside watching and buying. Its code comes with the press that opens it. */
export function StoryMenu({ story, look }: { story: PublicStory; look: 'glass' | 'outlined' | 'plain' }) {
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const [reporting, setReporting] = useState(false);
  const [blocking, setBlocking] = useState(false);
  const isMine = me?.id === story.maker.id;

  const signedIn = (then: () => void) => () => {
    if (me) then();
    else void navigate({ to: '/sign-in', search: { back: `/s/${story.id}` } });
  };
  const block = useMutation({
    mutationFn: () => client.call('PUT /users/:id/block', { params: { id: story.maker.id } }),
    onSuccess: async () => {
      setBlocking(false);
      toast({ text: `${story.maker.displayName} is blocked. You can undo this under You.` });
      await queries.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith('GET /feed') });
      await navigate({ to: '/' });
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });

  return (
    <>
      <Menu
        defaultOpen
        trigger={<IconButton label="More" variant={look} icon={<Ellipsis aria-hidden size={22} />} />}
        items={[
          {
            label: 'Open the story',
            icon: <ExternalLink aria-hidden size={18} />,
            onSelect: () => void navigate({ to: '/s/$storyId', params: { storyId: story.id } }),
          },
          ...(isMine
            ? []
            : [
                { label: 'Report', icon: <Flag aria-hidden size={18} />, onSelect: signedIn(() => setReporting(true)) },
                {
                  label: `Block ${story.maker.displayName}`,
                  icon: <Ban aria-hidden size={18} />,
                  danger: true,
                  onSelect: signedIn(() => setBlocking(true)),
                },
              ]),
        ]}
      />
      {reporting && (
        <Suspense fallback={null}>
          <ReportSheet kind="story" subjectId={story.id} title={story.title} onClose={() => setReporting(false)} />
        </Suspense>
      )}
      <ConfirmDialog
        open={blocking}
        onOpenChange={setBlocking}
        title={`Block ${story.maker.displayName}?`}
        confirm="Block"
        danger
        busy={block.isPending}
        onConfirm={() => block.mutate()}
      >
        You will not see each other's stories any more, and cannot buy from each other. They are not told.
      </ConfirmDialog>
    </>
  );
}
