import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, FormProblem, Page, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { bytesText, spanText } from './bytes.ts';
import { FilePicker } from './file-picker.tsx';
import { startUpload } from './uploads.ts';

/** The beginning of a story: choose a video, and write while it is on its way. */
export function CreatePage() {
  useTitle('Create');
  const navigate = useNavigate();
  const limits = useSite()?.limits;
  const { toast } = useVoice();
  const [problem, setProblem] = useState<string>();

  const begin = useMutation({
    mutationFn: async (file: File | null) => {
      const mediaId = file ? await startUpload(file) : null;
      return client.call('POST /stories', { body: mediaId ? { mediaId } : {} });
    },
    onSuccess: (story) => navigate({ to: '/studio/stories/$storyId', params: { storyId: story.id } }),
    onError: (error) => setProblem(sentenceOf(error)),
  });

  const onFile = (file: File) => {
    setProblem(undefined);
    if (limits?.uploadBytes && file.size > limits.uploadBytes) {
      return setProblem(`This file has ${bytesText(file.size)}; this server takes ${bytesText(limits.uploadBytes)}.`);
    }
    if (file.size === 0) return setProblem('This file is empty. Export it again and choose the new one.');
    toast({ text: 'Your video is on its way. Write its story meanwhile.' });
    begin.mutate(file);
  };

  return (
    <Page
      title="Show how it is made"
      intro="Start with a video. You can write the story while it is sent."
      width="form"
    >
      <FilePicker onFile={onFile} busy={begin.isPending} label={begin.isPending ? 'Starting…' : 'Choose a video'}>
        <p className="max-w-90 text-14 text-ink-3">
          Or drop it here. Upright looks best.
          {limits?.uploadBytes ? ` Up to ${bytesText(limits.uploadBytes)}` : ''}
          {limits?.videoSeconds ? ` and ${spanText(limits.videoSeconds)}.` : ''} If the line breaks, it goes on where it
          stopped.
        </p>
      </FilePicker>
      {problem && <FormProblem className="mt-4">{problem}</FormProblem>}
      <div className="mt-6 flex flex-wrap gap-2">
        <Button variant="secondary" busy={begin.isPending} onClick={() => begin.mutate(null)}>
          Write first, video later
        </Button>
        <Link to="/studio" className="inline-flex min-h-11 items-center px-3 font-semibold text-ink-2">
          My stories
        </Link>
      </div>
    </Page>
  );
}
