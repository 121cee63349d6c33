import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import type { Presence, Profile } from '@videowindow/contract/api/people';
import { Button, buttonClass, EmptyState, IconButton, Menu, useServerNow, useVoice } from '@videowindow/ui';
import { BadgeCheck, Ban, Ellipsis, Film, Flag, Lock } from 'lucide-react';
import { useEffect, useState } from 'react';
import { NotFoundPage } from '../../app/errors.tsx';
import { useMe } from '../../app/session.ts';
import { ago } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { Paged } from '../../lib/paged.tsx';
import { PersonAvatar } from '../../lib/person-avatar.tsx';
import { keyOf, read, readPages, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { Thumbhash } from '../../lib/thumbhash.tsx';
import { useTitle } from '../../lib/title.ts';
import { ReviewsOf } from '../commerce/orders/review-list.tsx';
import { VacationNote } from '../commerce/vacation-note.tsx';
import { StoryTile } from '../discovery/story-tile.tsx';
import { ReportSheet } from '../trust/report-sheet.tsx';
import { BioText, OutsideLink } from './bio-text.tsx';
import { countsText, FollowButton } from './follow-button.tsx';

const route = getRouteApi('/@{$handle}');

/** A person as everybody sees them, with the stories they tell. */
export function ProfilePage() {
  const { handle } = route.useParams();
  const profile = useQuery(read('GET /users/:handle', { params: { handle } }));
  useTitle(profile.data?.displayName ?? `@${handle}`);
  const navigate = route.useNavigate();
  const now = profile.data?.handle;
  // An old handle, or one in other letters: the address becomes the one to share.
  useEffect(() => {
    if (now && now !== handle) void navigate({ params: { handle: now }, replace: true });
  }, [now, handle, navigate]);
  // A handle that cannot be one is as unknown as one that nobody has.
  if (isApiError(profile.error, 'validation_failed')) return <NotFoundPage />;
  return <Loaded query={profile}>{(value) => <ProfileView profile={value} />}</Loaded>;
}

function ProfileView({ profile }: { profile: Profile }) {
  const me = useMe();
  const isMine = me?.id === profile.id;
  return (
    <div className="mx-auto w-full max-w-page px-5 pt-8 pb-16 md:px-8">
      {profile.heroUrl && (
        <div className="relative mb-6 aspect-3/1 max-h-80 w-full overflow-hidden rounded-card">
          {profile.heroThumbhash && <Thumbhash hash={profile.heroThumbhash} />}
          <img src={profile.heroUrl} alt="" className="absolute inset-0 size-full object-cover" />
        </div>
      )}
      <header className="mb-8 flex flex-wrap items-start gap-x-6 gap-y-4">
        <PersonAvatar person={profile} size="huge" />
        <div className="min-w-0 grow basis-60">
          <h1 tabIndex={-1} className="font-title text-28 font-semibold">
            {profile.displayName}
          </h1>
          <p className="text-ink-3">{[`@${profile.handle}`, profile.city].filter(Boolean).join(' · ')}</p>
          {profile.verified && (
            <p className="mt-1 flex items-center gap-1.5 text-14 font-semibold text-moss">
              <BadgeCheck aria-hidden size={18} className="shrink-0" /> Identity checked
            </p>
          )}
          {!isMine && profile.presence && <Here presence={profile.presence} />}
          <p className="mt-1 text-14 text-ink-2">{countsText(profile)}</p>
          {profile.isMaker && <VacationNote makerId={profile.id} />}
          {profile.bio && (
            <div className="mt-3">
              <BioText text={profile.bio} />
            </div>
          )}
          {profile.isMaker && (
            <p className="mt-3">
              <Link
                to="/@{$handle}/about"
                params={{ handle: profile.handle }}
                className="text-indigo underline underline-offset-2"
              >
                Sending, returns and where they work
              </Link>
            </p>
          )}
          {profile.links.length > 0 && (
            <ul aria-label="Links" className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5">
              {profile.links.map(({ label, url }) => (
                <li key={`${label} ${url}`}>
                  <OutsideLink url={url} label={label} />
                </li>
              ))}
            </ul>
          )}
        </div>
        {isMine ? (
          <Link to="/you/profile" className={buttonClass({ variant: 'secondary' })}>
            Edit
          </Link>
        ) : (
          <div className="flex items-center gap-2">
            {!profile.blockedByMe && <FollowButton profile={profile} />}
            <ProfileMenu profile={profile} />
          </div>
        )}
      </header>
      {profile.blockedByMe ? (
        <Blocked profile={profile} />
      ) : (
        <>
          <Stories profile={profile} isMine={isMine} />
          <ReviewsOf personId={profile.id} />
        </>
      )}
    </div>
  );
}

/** Whether somebody is here, as far as their privacy lets it be known. */
function Here({ presence }: { presence: Presence }) {
  const now = useServerNow(30_000);
  return (
    <p className="mt-1 flex items-center gap-2 text-14 text-ink-2">
      {presence.online && <span aria-hidden className="size-2 shrink-0 rounded-full bg-moss" />}
      {presence.online ? 'Here now' : `Last here ${ago(presence.lastSeenAt, now)}`}
    </p>
  );
}

function Stories({ profile, isMine }: { profile: Profile; isMine: boolean }) {
  const isHidden = profile.isPrivate && !profile.followedByMe && !isMine;
  const stories = useInfiniteQuery(readPages('GET /feed/maker/:id', { params: { id: profile.id }, query: {} }));
  return (
    <Paged<FeedItem>
      query={stories}
      empty={
        <EmptyState
          icon={isHidden ? <Lock aria-hidden size={26} /> : <Film aria-hidden size={26} />}
          title={isHidden ? 'This account is private' : 'No stories yet'}
          action={
            isMine ? (
              <Link to="/create" className={buttonClass()}>
                Show how you make things
              </Link>
            ) : undefined
          }
        >
          {isHidden
            ? `Only people whom ${profile.displayName} lets follow see the stories.`
            : isMine
              ? 'Your stories appear here once they are in the feed.'
              : 'Come back later.'}
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
          {items.map((item) => (
            <li key={item.story.id}>
              <StoryTile item={item} />
            </li>
          ))}
        </ul>
      )}
    </Paged>
  );
}

function useBlock(profile: Profile) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  return useMutation({
    mutationFn: (block: boolean) => {
      const input = { params: { id: profile.id } };
      return block ? client.call('PUT /users/:id/block', input) : client.call('DELETE /users/:id/block', input);
    },
    onSuccess: (_, block) => {
      toast({ text: block ? `${profile.displayName} is blocked.` : `${profile.displayName} is no longer blocked.` });
      void queries.invalidateQueries({ queryKey: keyOf('GET /users/:handle') });
      void queries.invalidateQueries({ queryKey: keyOf('GET /users/me/blocks') });
      void queries.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith('GET /feed') });
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
}

function ProfileMenu({ profile }: { profile: Profile }) {
  const me = useMe();
  const navigate = useNavigate();
  const block = useBlock(profile);
  const [reporting, setReporting] = useState(false);
  const signedIn = (then: () => void) => () => {
    if (me) then();
    else void navigate({ to: '/sign-in', search: { back: `/@${profile.handle}` } });
  };
  return (
    <>
      <Menu
        trigger={<IconButton label="More" variant="outlined" icon={<Ellipsis aria-hidden size={20} />} />}
        items={[
          { label: 'Report', icon: <Flag aria-hidden size={18} />, onSelect: signedIn(() => setReporting(true)) },
          {
            label: profile.blockedByMe ? 'Unblock' : 'Block',
            icon: <Ban aria-hidden size={18} />,
            danger: !profile.blockedByMe,
            onSelect: signedIn(() => block.mutate(!profile.blockedByMe)),
          },
        ]}
      />
      {reporting && (
        <ReportSheet
          kind="profile"
          subjectId={profile.id}
          title={profile.displayName}
          onClose={() => setReporting(false)}
        />
      )}
    </>
  );
}

function Blocked({ profile }: { profile: Profile }) {
  const block = useBlock(profile);
  return (
    <EmptyState
      icon={<Ban aria-hidden size={26} />}
      title="You blocked this person"
      action={
        <Button variant="secondary" busy={block.isPending} onClick={() => block.mutate(false)}>
          Unblock
        </Button>
      }
    >
      Neither of you sees the other's stories.
    </EmptyState>
  );
}
