import { useMutation } from '@tanstack/react-query';
import { Button, TextField } from '@videowindow/ui';
import { type FormEvent, useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { client } from '../../lib/server.ts';
import { refusalOf } from './upload-words.ts';

/** Begins a story with a video that lies elsewhere on the web. Nothing where the operator has not turned that on. */
export function ImportField({ onStory }: { onStory: (storyId: string) => void }) {
  const allowed = useSite()?.importByUrl;
  const [url, setUrl] = useState('');
  const fetchIt = useMutation({
    mutationFn: async (address: string) => {
      const { id } = await client.call('POST /media/import', { body: { purpose: 'video', url: address } });
      return (await client.call('POST /stories', { body: { mediaId: id } })).id;
    },
    onSuccess: onStory,
  });
  if (!allowed) return null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (url.trim() !== '') fetchIt.mutate(url.trim());
  };
  return (
    <form onSubmit={onSubmit} className="mt-6 grid gap-3 sm:grid-cols-[1fr_auto] sm:items-end">
      <TextField
        label="Or fetch it from a link"
        type="url"
        inputMode="url"
        autoComplete="off"
        placeholder="https://"
        maxLength={2000}
        value={url}
        onChange={(event) => setUrl(event.target.value)}
        error={fetchIt.error ? refusalOf(fetchIt.error) : undefined}
      />
      <Button type="submit" variant="secondary" busy={fetchIt.isPending}>
        Fetch
      </Button>
    </form>
  );
}
