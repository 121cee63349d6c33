import { useQueryClient } from '@tanstack/react-query';
import { classNames, Section } from '@videowindow/ui';
import { useEffect, useState } from 'react';
import { discardUntouched } from './discard-draft.ts';
import { UnfinishedUpload } from './unfinished-upload.tsx';
import { UploadRow } from './upload-row.tsx';
import { isSameFile, rememberedUploads, useUploads } from './uploads.ts';

/** Everything that is on its way, and what an earlier visit left unfinished. Nothing when there is neither. */
export function UploadsPanel({ columns = 2 }: { columns?: 1 | 2 }) {
  const list = columns === 2 ? 'grid gap-3 lg:grid-cols-2' : 'grid gap-3';
  const uploads = useUploads();
  const [, setRemoved] = useState(0);
  const unfinished = rememberedUploads().filter(({ file }) => !uploads.some((one) => isSameFile(one.file, file)));
  const said = useNews(uploads);
  const queries = useQueryClient();
  // Should it fail, the draft stays in the list, where it can be discarded by hand.
  const givenUp = (mediaId: string | null) => discardUntouched(queries, mediaId).catch(() => {});
  return (
    <>
      <p role="status" className="sr-only">
        {said}
      </p>
      <div className="mb-6 empty:hidden">
        {uploads.length > 0 && (
          <Section title="On their way">
            <ul className={list}>
              {uploads.map((upload) => (
                <li key={upload.id} className="min-w-0">
                  <UploadRow upload={upload} onCancelled={() => void givenUp(upload.mediaId)} />
                </li>
              ))}
            </ul>
          </Section>
        )}
        {unfinished.length > 0 && (
          <ul aria-label="Unfinished uploads" className={classNames(list, 'mt-3 first:mt-0')}>
            {unfinished.map((stored) => (
              <li key={stored.mediaId} className="min-w-0 empty:hidden">
                <UnfinishedUpload
                  stored={stored}
                  onRemoved={() => {
                    setRemoved((count) => count + 1);
                    void givenUp(stored.mediaId);
                  }}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

/** A word for those who do not see the bars, once for each file. */
function useNews(uploads: ReturnType<typeof useUploads>): string {
  const [said, setSaid] = useState('');
  const sent = uploads.filter(({ state }) => state === 'done').map(({ file }) => file.name);
  const words = sent.length > 0 ? `${sent.join(', ')}: sent.` : '';
  useEffect(() => {
    if (words) setSaid(words);
  }, [words]);
  return said;
}
