import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Profile } from '@videowindow/contract/api/people';
import { Button, useVoice } from '@videowindow/ui';
import { useRef } from 'react';
import { PersonAvatar } from '../../lib/person-avatar.tsx';
import { keyOf } from '../../lib/queries.ts';
import { pictureProblem, sendPicture } from '../../lib/send-picture.ts';
import { client } from '../../lib/server.ts';
import { PICTURES } from '../content/file-handles.ts';

type Kind = 'avatar' | 'hero';

const WORDS = {
  avatar: { name: 'Your picture', choose: 'Choose a picture', change: 'Change picture', remove: 'Remove picture' },
  hero: {
    name: 'The picture above your page',
    choose: 'Choose a wide picture',
    change: 'Change wide picture',
    remove: 'Remove wide picture',
  },
};

/** One's picture, or the wide one above one's page: chosen, sent and shown at once. */
export function PictureField({ profile, kind }: { profile: Profile; kind: Kind }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const input = useRef<HTMLInputElement>(null);
  const show = useMutation({
    mutationFn: async (file: File | null) => {
      const id = file === null ? null : await sendPicture(file);
      return await client.call('PATCH /users/me', {
        body: kind === 'avatar' ? { avatarMediaId: id } : { heroMediaId: id },
      });
    },
    onSuccess: ({ profile: saved }, file) => {
      queries.setQueryData(keyOf('GET /users/:handle', { params: { handle: saved.handle } }), saved);
      toast({ text: file === null ? 'The picture is gone.' : 'The picture is changed.', tone: 'good' });
    },
  });
  const { error } = show;
  const url = kind === 'avatar' ? profile.avatarUrl : profile.heroUrl;
  const words = WORDS[kind];
  return (
    <div className="mb-4 flex flex-wrap items-center gap-4">
      {kind === 'avatar' ? (
        <PersonAvatar key={url} person={profile} size="huge" />
      ) : (
        url && <img src={url} alt="" className="aspect-3/1 w-full rounded-card object-cover" />
      )}
      <div className="flex flex-wrap gap-2">
        <input
          ref={input}
          type="file"
          accept={PICTURES}
          className="sr-only"
          tabIndex={-1}
          aria-label={words.name}
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = '';
            if (file) show.mutate(file);
          }}
        />
        <Button variant="secondary" busy={show.isPending} onClick={() => input.current?.click()}>
          {url ? words.change : words.choose}
        </Button>
        {url && (
          <Button variant="quiet" disabled={show.isPending} onClick={() => show.mutate(null)}>
            {words.remove}
          </Button>
        )}
      </div>
      {error && (
        <p role="alert" className="basis-full text-14 text-madder">
          {pictureProblem(error)}
        </p>
      )}
    </div>
  );
}
