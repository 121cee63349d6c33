// Who sees what of one, and whom one does not want to see.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Consent, Privacy } from '@videowindow/contract/api/account';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { Button, Card, Page, Section, Switch, useVoice } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { date } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { PersonAvatar } from '../../lib/person-avatar.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';

export function PrivacyPage() {
  useTitle('Privacy');
  const privacy = useQuery(read('GET /users/me/privacy'));
  return (
    <Page over={toYou} title="Privacy" intro="Who sees what of you. It holds at once." width="form">
      <Loaded query={privacy}>{(value) => <Choices privacy={value} />}</Loaded>
      <ConsentsPart />
      <BlocksPart />
    </Page>
  );
}

/** What the account keeps beyond these (who may write, comment, mention; being counted) is offered once something heeds it. */
function Choices({ privacy }: { privacy: Privacy }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const key = keyOf('GET /users/me/privacy');
  const save = useMutation({
    scope: { id: 'privacy' },
    mutationFn: (body: Partial<Privacy>) => client.call('PATCH /users/me/privacy', { body }),
    onMutate: (change) => queries.setQueryData<Privacy>(key, (before) => before && { ...before, ...change }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => {
      for (const endpoint of [
        'GET /users/me/privacy',
        'GET /users/me/consents',
        'GET /users/me/follow-requests',
      ] as const)
        void queries.invalidateQueries({ queryKey: keyOf(endpoint) });
    },
  });
  const toggle = (name: 'privateAccount' | 'hideActivity' | 'showHandleWhenBidding', label: string, hint: string) => (
    <Switch label={label} hint={hint} checked={privacy[name]} onChange={(on) => save.mutate({ [name]: on })} />
  );
  return (
    <Section title="Your stories and you">
      <div className="grid gap-4">
        {toggle(
          'privateAccount',
          'Private account',
          'You approve who follows you, and only they see your stories. Pieces in an auction have to be sold first.',
        )}
        <FollowRequests />
        {toggle(
          'hideActivity',
          'Hide when you are here',
          'Else your page says that you are here, or when you last were.',
        )}
        {toggle(
          'showHandleWhenBidding',
          'Show your handle when you bid',
          'Else others see a number, such as Bidder 3.',
        )}
      </div>
    </Section>
  );
}

/** A person, and what can be done about them. */
function PersonRow({ person, children }: { person: PersonSummary; children: ReactNode }) {
  return (
    <li>
      <Card className="flex flex-wrap items-center justify-between gap-3 py-2!">
        <span className="flex min-w-0 items-center gap-3">
          <PersonAvatar person={person} />
          <span className="min-w-0">
            <span className="block truncate font-semibold">{person.displayName}</span>
            <span className="block truncate text-14 text-ink-3">@{person.handle}</span>
          </span>
        </span>
        <span className="flex gap-2">{children}</span>
      </Card>
    </li>
  );
}

function FollowRequests() {
  const requests = useQuery(read('GET /users/me/follow-requests'));
  const queries = useQueryClient();
  const { toast } = useVoice();
  const answer = useMutation({
    mutationFn: ({ id, yes }: { id: string; yes: boolean }) => {
      const input = { params: { id } };
      return yes
        ? client.call('PUT /users/:id/follow-request', input)
        : client.call('DELETE /users/:id/follow-request', input);
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /users/me/follow-requests') }),
  });
  const items = requests.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <div>
      <h3 className="mb-2 font-semibold">Who asks to follow you</h3>
      <ul className="grid gap-2">
        {items.map((person) => {
          const busy = answer.isPending && answer.variables.id === person.id;
          return (
            <PersonRow key={person.id} person={person}>
              <Button size="small" busy={busy} onClick={() => answer.mutate({ id: person.id, yes: true })}>
                Let follow
              </Button>
              <Button
                size="small"
                variant="quiet"
                disabled={busy}
                onClick={() => answer.mutate({ id: person.id, yes: false })}
              >
                No
              </Button>
            </PersonRow>
          );
        })}
      </ul>
    </div>
  );
}

const KINDS: Record<Consent['kind'], string> = {
  terms: 'The terms',
  privacy: 'The words on privacy',
  marketing: 'Mails about new things here',
  analytics: 'Being counted',
};

function ConsentsPart() {
  const consents = useQuery(read('GET /users/me/consents'));
  const queries = useQueryClient();
  const { toast } = useVoice();
  const change = useMutation({
    mutationFn: ({ kind, version, given }: Consent) =>
      client.call('POST /users/me/consents', { body: { kind, version, given: !given } }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keyOf('GET /users/me/consents') });
      void queries.invalidateQueries({ queryKey: keyOf('GET /users/me/privacy') });
    },
  });
  // What nobody can read, and nothing asks for, is not offered.
  if (consents.data?.items.every(({ url }) => url === null)) return null;
  return (
    <Section title="What you agreed to">
      <Loaded query={consents}>
        {({ items }) => (
          <ul className="overflow-hidden rounded-card border border-line bg-sheet">
            {items
              .filter(({ url }) => url !== null)
              .map((consent) => (
                <li
                  key={consent.kind}
                  className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-3 first:border-t-0"
                >
                  <span>
                    <span className="block font-semibold">
                      {consent.url ? (
                        <a href={consent.url} target="_blank" rel="noreferrer" className="underline underline-offset-2">
                          {KINDS[consent.kind]}
                        </a>
                      ) : (
                        KINDS[consent.kind]
                      )}
                    </span>
                    <span className="block text-14 text-ink-3">{stateWords(consent)}</span>
                  </span>
                  <Button
                    size="small"
                    variant={consent.given ? 'quiet' : 'secondary'}
                    busy={change.isPending && change.variables.kind === consent.kind}
                    onClick={() => change.mutate(consent)}
                  >
                    {consent.given ? 'Take back' : 'Agree'}
                  </Button>
                </li>
              ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

const stateWords = ({ given, at, version, url }: Consent): string => {
  if (at === null) return 'Not agreed to';
  const what = url ? `version ${version}` : '';
  return [given ? `Agreed on ${date(at)}` : `Not agreed to any more, since ${date(at)}`, what]
    .filter(Boolean)
    .join(', ');
};

function BlocksPart() {
  const blocks = useQuery(read('GET /users/me/blocks'));
  const queries = useQueryClient();
  const unblock = useMutation({
    mutationFn: (id: string) => client.call('DELETE /users/:id/block', { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /users/me/blocks') }),
  });
  return (
    <Section title="People you blocked">
      <Loaded query={blocks}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-ink-2">Nobody. Whom you block sees nothing of you here, and you nothing of them.</p>
          ) : (
            <ul className="grid gap-2">
              {items.map((person) => (
                <PersonRow key={person.id} person={person}>
                  <Button
                    variant="quiet"
                    busy={unblock.isPending && unblock.variables === person.id}
                    onClick={() => unblock.mutate(person.id)}
                  >
                    Unblock
                  </Button>
                </PersonRow>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}
