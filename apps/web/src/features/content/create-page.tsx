import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Page, useVoice } from '@videowindow/ui';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { beginStories, storyOf } from './begin-stories.ts';
import { bytesText, spanText } from './bytes.ts';
import type { PickedFile } from './file-handles.ts';
import { FilePicker } from './file-picker.tsx';
import { problemsWith } from './file-problems.ts';
import { ImportField } from './import-field.tsx';
import { refusalOf } from './upload-words.ts';
import { rememberedUploads, startUpload } from './uploads.ts';
import { UploadsPanel } from './uploads-panel.tsx';

/** What kept a file from being sent; null for what is no file's fault. */
type Problem = { name: string | null; sentence: string };

/** The beginning of a story: choose a video, and write while it is on its way. Several become a draft each. */
export function CreatePage() {
  useTitle('Create');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const limits = useSite()?.limits;
  const { toast } = useVoice();
  const [problems, setProblems] = useState<Problem[]>([]);

  const toEditor = (storyId: string) => navigate({ to: '/studio/stories/$storyId', params: { storyId } });
  const begin = useMutation({
    mutationFn: async (picked: PickedFile | null) => {
      if (!picked) return (await client.call('POST /stories', { body: {} })).id;
      const begunBefore = rememberedUploads().map(({ mediaId }) => mediaId);
      const mediaId = await startUpload(picked);
      const known = begunBefore.includes(mediaId) ? await storyOf(queries, mediaId) : null;
      return known ?? (await client.call('POST /stories', { body: { mediaId } })).id;
    },
    onSuccess: toEditor,
    onError: (error, picked) => setProblems([{ name: picked?.file.name ?? null, sentence: refusalOf(error) }]),
  });

  const onFiles = async (files: PickedFile[]) => {
    const refusals = await problemsWith(files.map(({ file }) => file));
    setProblems(
      files.flatMap(({ file }, at) => {
        const sentence = refusals[at];
        return sentence === undefined ? [] : [{ name: file.name, sentence }];
      }),
    );
    const taken = files.filter((_, at) => refusals[at] === undefined);
    const [first] = taken;
    if (!first) return;
    if (files.length === 1) {
      toast({ text: 'Your video is on its way. Write its story meanwhile.' });
      return begin.mutate(first);
    }
    beginStories(queries, taken, (error) => toast({ text: sentenceOf(error), tone: 'bad' }));
    toast({ text: `${taken.length === 1 ? 'One video is' : `${taken.length} videos are`} on their way.` });
    // Who was refused something stays and reads why.
    if (taken.length === files.length) await navigate({ to: '/studio' });
  };

  return (
    <Page
      title="Show how it is made"
      intro="Start with a video. You can write the story while it is sent."
      width="form"
    >
      <FilePicker
        multiple
        onFiles={(files) => void onFiles(files)}
        busy={begin.isPending}
        label={begin.isPending ? 'Starting…' : 'Choose a video'}
      >
        <p className="max-w-90 text-14 text-ink-3">
          A recording of sound is fine too. Or drop it here; several become a draft each. Upright looks best.
          {limits?.uploadBytes ? ` Up to ${bytesText(limits.uploadBytes)}` : ''}
          {limits?.videoSeconds ? ` and ${spanText(limits.videoSeconds)}.` : ''} If the line breaks, it goes on where it
          stopped.
        </p>
      </FilePicker>
      <Refusals problems={problems} />
      <ImportField onStory={(storyId) => void toEditor(storyId)} />
      <div className="mt-6 mb-8 flex flex-wrap gap-2">
        <Button variant="secondary" busy={begin.isPending} onClick={() => begin.mutate(null)}>
          Write first, video later
        </Button>
        <Link to="/studio" className="inline-flex min-h-11 items-center px-3 font-semibold text-ink-2">
          My stories
        </Link>
      </div>
      <UploadsPanel columns={1} />
    </Page>
  );
}

/** Which files were not taken and why; nothing of them was sent. */
function Refusals({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul role="alert" className="mt-4 grid gap-3 rounded-card border border-madder/40 bg-madder/5 p-4">
      {problems.map(({ name, sentence }) => (
        <li key={name} className="flex gap-2">
          <CircleAlert aria-hidden size={18} className="mt-0.5 shrink-0 text-madder" />
          <span className="min-w-0">
            {name !== null && <span className="block truncate font-semibold">{name} was not sent</span>}
            <span className="text-14 text-ink-2">{sentence}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
