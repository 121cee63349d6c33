import type { PersonSummary } from '@videowindow/contract/api/people';
import { Avatar, type AvatarProps } from '@videowindow/ui';
import { Thumbhash } from './thumbhash.tsx';

/** Somebody's picture, blurred until it is here; or their initials. */
export function PersonAvatar({
  person,
  ...look
}: {
  person: Pick<PersonSummary, 'displayName' | 'avatarUrl' | 'avatarThumbhash'>;
} & Pick<AvatarProps, 'size' | 'ring'>) {
  return (
    <Avatar
      name={person.displayName}
      src={person.avatarUrl}
      meanwhile={person.avatarThumbhash && <Thumbhash hash={person.avatarThumbhash} />}
      {...look}
    />
  );
}
