import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Story } from '@videowindow/contract/api/content';
import { Button, ConfirmDialog, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { sentenceOf } from '../../lib/queries.ts';
import { discardDraft } from './discard-draft.ts';

/** Throws a draft away, after asking. */
export function DiscardButton({ story }: { story: Story }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { toast } = useVoice();
  const [asking, setAsking] = useState(false);
  const discard = useMutation({
    mutationFn: () => discardDraft(queries, story.id),
    onSuccess: async () => {
      toast({ text: 'The draft is gone.' });
      await navigate({ to: '/studio' });
    },
    onError: (error) => {
      setAsking(false);
      toast({ text: sentenceOf(error), tone: 'bad' });
    },
  });
  return (
    <>
      <Button variant="quiet" onClick={() => setAsking(true)}>
        Discard draft
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Discard this draft?"
        confirm="Discard it"
        danger
        busy={discard.isPending}
        onConfirm={() => discard.mutate()}
      >
        Its words, its video and its pictures are deleted, unless another story of yours has them too. This can't be
        undone.
      </ConfirmDialog>
    </>
  );
}
