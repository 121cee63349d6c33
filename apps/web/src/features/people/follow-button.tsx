import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Profile } from '@videowindow/contract/api/people';
import { Button, useVoice } from '@videowindow/ui';
import { useMe } from '../../app/session.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

/** `12 followers · 3 following · 1 story` */
export const countsText = ({ followers, following, stories }: Profile): string =>
  `${followers} ${followers === 1 ? 'follower' : 'followers'} · ${following} following · ${stories} ${stories === 1 ? 'story' : 'stories'}`;

/** Follows a person or ends it; who is not signed in is led there first. Shown as done at once, put back if refused. */
export function FollowButton({ profile }: { profile: Profile }) {
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const key = keyOf('GET /users/:handle', { params: { handle: profile.handle } });
  const follow = useMutation({
    mutationFn: (wanted: boolean) => {
      const input = { params: { id: profile.id } };
      return wanted ? client.call('PUT /users/:id/follow', input) : client.call('DELETE /users/:id/follow', input);
    },
    onMutate: async (wanted) => {
      await queries.cancelQueries({ queryKey: key });
      const asks = wanted && profile.isPrivate;
      const change = asks ? 0 : wanted ? 1 : profile.followedByMe ? -1 : 0;
      queries.setQueryData<Profile>(key, {
        ...profile,
        followedByMe: wanted && !asks,
        followAskedByMe: asks,
        followers: profile.followers + change,
      });
    },
    onError: (error) => {
      queries.setQueryData<Profile>(key, profile);
      toast({ text: sentenceOf(error), tone: 'bad' });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const isOn = profile.followedByMe || profile.followAskedByMe;
  const onClick = () => {
    if (me) follow.mutate(!isOn);
    else void navigate({ to: '/sign-in', search: { back: `/@${profile.handle}` } });
  };
  return (
    <Button variant={isOn ? 'secondary' : 'primary'} busy={follow.isPending} onClick={onClick}>
      {profile.followedByMe
        ? 'Following'
        : profile.followAskedByMe
          ? 'Asked'
          : profile.isPrivate
            ? 'Ask to follow'
            : 'Follow'}
    </Button>
  );
}
