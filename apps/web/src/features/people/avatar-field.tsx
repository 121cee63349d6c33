import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Profile } from '@videowindow/contract/api/people';
import { Avatar, Button, useVoice } from '@videowindow/ui';
import { useRef } from 'react';
import { keyOf } from '../../lib/queries.ts';
import { pictureProblem, sendPicture } from '../../lib/send-picture.ts';
import { client } from '../../lib/server.ts';
import { PICTURES } from '../content/file-handles.ts';

/** One's picture: chosen, sent and worn at once. */
export function AvatarField({ profile }: { profile: Profile }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const input = useRef<HTMLInputElement>(null);
  const wear = useMutation({
    mutationFn: async (file: File | null) => {
      const avatarMediaId = file === null ? null : await sendPicture(file);
      return await client.call('PATCH /users/me', { body: { avatarMediaId } });
    },
    onSuccess: ({ profile: saved }, file) => {
      queries.setQueryData(keyOf('GET /users/:handle', { params: { handle: saved.handle } }), saved);
      toast({ text: file === null ? 'Your picture is gone.' : 'Your picture is changed.', tone: 'good' });
    },
  });
  const { error } = wear;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-4">
      <Avatar key={profile.avatarUrl} name={profile.displayName} src={profile.avatarUrl} size="huge" />
      <div className="flex flex-wrap gap-2">
        <input
          ref={input}
          type="file"
          accept={PICTURES}
          className="sr-only"
          tabIndex={-1}
          aria-label="Your picture"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = '';
            if (file) wear.mutate(file);
          }}
        />
        <Button variant="secondary" busy={wear.isPending} onClick={() => input.current?.click()}>
          {profile.avatarUrl ? 'Change picture' : 'Choose a picture'}
        </Button>
        {profile.avatarUrl && (
          <Button variant="quiet" disabled={wear.isPending} onClick={() => wear.mutate(null)}>
            Remove picture
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
