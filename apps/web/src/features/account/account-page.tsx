// Taking along what one has here, going for a while, going for good.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { MatterKind } from '@videowindow/contract/account-choices';
import type { Archive, Leaving } from '@videowindow/contract/api/account';
import { Button, Checkbox, FormProblem, ListSkeleton, Page, Section, Sheet, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { date } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { bytesText } from '../content/bytes.ts';

export function AccountPage() {
  useTitle('Your account');
  return (
    <Page over={toYou} title="Your account" intro="What you have here is yours. Take it along, or go." width="form">
      <ArchivePart />
      <LeavingPart />
    </Page>
  );
}

const LOOK_EVERY_MS = 3_000;

function ArchivePart() {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const key = keyOf('GET /users/me/archives');
  const archives = useQuery({
    ...read('GET /users/me/archives'),
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.state === 'making') ? LOOK_EVERY_MS : false),
  });
  const ask = useMutation({
    mutationFn: () => client.call('POST /users/me/archives'),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  const fetchIt = useMutation({
    mutationFn: (id: string) => client.call('POST /users/me/archives/:id/grant', { params: { id } }),
    onSuccess: ({ url }) => location.assign(url),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  return (
    <Section title="Take it along">
      <p className="mb-4 text-ink-2">
        One file with everything: what you wrote, sold, bought and chose, and your films and pictures. It takes a few
        minutes; we tell you here and by mail when it is ready.
      </p>
      <Loaded query={archives} skeleton={<ListSkeleton rows={1} />}>
        {({ items }) => (
          <>
            {items.length > 0 && (
              <ul className="mb-4 overflow-hidden rounded-card border border-line bg-sheet">
                {items.map((archive) => (
                  <li
                    key={archive.id}
                    className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-3 first:border-t-0"
                  >
                    <span>
                      <span className="block font-semibold">Asked for on {date(archive.askedAt)}</span>
                      <span aria-live="polite" className="block text-14 text-ink-3">
                        {archiveWords(archive)}
                      </span>
                    </span>
                    {archive.state === 'ready' && (
                      <Button
                        size="small"
                        variant="secondary"
                        busy={fetchIt.isPending && fetchIt.variables === archive.id}
                        onClick={() => fetchIt.mutate(archive.id)}
                      >
                        Download
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )}
            <Button
              variant="secondary"
              busy={ask.isPending}
              disabled={items.some(({ state }) => state === 'making')}
              onClick={() => ask.mutate()}
            >
              Make an archive
            </Button>
          </>
        )}
      </Loaded>
    </Section>
  );
}

const archiveWords = ({ state, bytes, until }: Archive): string => {
  if (state === 'making') return 'It is being made.';
  if (state === 'failed') return 'It could not be made. Please ask for another one.';
  return `${bytesText(bytes ?? 0)}, here until ${until ? date(until) : 'it is fetched'}`;
};

const MATTERS: Record<MatterKind, (count: number) => string> = {
  orders: (n) => (n === 1 ? 'An order that is not finished' : `${n} orders that are not finished`),
  to_pay: (n) => (n === 1 ? 'A piece that is kept to be paid' : `${n} pieces that are kept to be paid`),
  auctions: (n) => (n === 1 ? 'An auction of yours that runs' : `${n} auctions of yours that run`),
  bids: (n) => (n === 1 ? 'An auction in which you lead' : `${n} auctions in which you lead`),
  offers: (n) => (n === 1 ? 'An offer without an answer' : `${n} offers without an answer`),
  balance: () => 'Money that is not settled yet',
  transfers: () => 'Money on its way to you',
  disputes: (n) => (n === 1 ? 'A payment that a bank looks into' : `${n} payments that a bank looks into`),
};

type Way = 'deactivation' | 'deletion';

function LeavingPart() {
  const leaving = useQuery(read('GET /users/me/leaving'));
  const [way, setWay] = useState<Way | null>(null);
  return (
    <Section title="Leave">
      <Loaded query={leaving}>
        {(value) => (
          <div className="grid gap-6">
            <Choice
              title="Close it for a while"
              words="Nothing of yours is shown to anybody. Sign in again, and everything is as it was."
              button="Close my account"
              onPress={() => setWay('deactivation')}
            />
            <Choice
              title="Delete it"
              words={`It closes at once. For ${value.graceDays} days you can sign in and have it back; then everything personal goes for good.`}
              button="Delete my account"
              danger
              onPress={() => setWay('deletion')}
            />
            {way && <LeaveSheet way={way} leaving={value} onClose={() => setWay(null)} />}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Choice(props: { title: string; words: string; button: string; danger?: boolean; onPress: () => void }) {
  return (
    <div>
      <h3 className="font-semibold">{props.title}</h3>
      <p className="mt-1 mb-3 text-ink-2">{props.words}</p>
      <Button variant={props.danger ? 'danger' : 'secondary'} onClick={props.onPress}>
        {props.button}
      </Button>
    </div>
  );
}

function LeaveSheet({ way, leaving, onClose }: { way: Way; leaving: Leaving; onClose: () => void }) {
  const [isSure, setSure] = useState(false);
  const queries = useQueryClient();
  const go = useMutation({
    mutationFn: async () => {
      if (way === 'deletion') await client.call('POST /users/me/deletion');
      else await client.call('POST /users/me/deactivation');
    },
    // Nothing of the person stays in the page's memory.
    onSuccess: () => location.assign('/'),
    onError: (error) => {
      if (isApiError(error, 'account_busy'))
        void queries.invalidateQueries({ queryKey: keyOf('GET /users/me/leaving') });
    },
  });
  const inTheWay = leaving.matters.filter(({ also }) => also || way === 'deletion');
  const isDeletion = way === 'deletion';
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={isDeletion ? 'Delete your account' : 'Close your account for a while'}
    >
      {inTheWay.length > 0 ? (
        <>
          <p className="mb-3 text-ink-2">This has to come to its end first, for the sake of those at its other end:</p>
          <ul className="mb-5 grid list-disc gap-1 pl-5">
            {inTheWay.map(({ kind, count }) => (
              <li key={kind}>{MATTERS[kind](count)}</li>
            ))}
          </ul>
          <Button variant="secondary" wide onClick={onClose}>
            I see
          </Button>
        </>
      ) : (
        <div className="grid gap-4">
          {isDeletion ? (
            <div className="grid gap-3 text-ink-2">
              <p>
                In {leaving.graceDays} days your page, stories, films, pictures, messages, reviews, cards and settings
                are deleted for good. We remind you twice by mail. Any sign-in before that calls it off.
              </p>
              <p>
                What you bought and sold stays in the books without your name; invoices are kept as long as tax law
                wants. Copies in our backups go when those backups do.
              </p>
            </div>
          ) : (
            <p className="text-ink-2">
              You are signed out everywhere, and your page and your stories are shown to nobody. To come back, sign in.
            </p>
          )}
          {isDeletion && (
            <Checkbox label="I have taken along what I want to keep" checked={isSure} onChange={setSure} />
          )}
          {go.isError && <FormProblem>{sentenceOf(go.error)}</FormProblem>}
          <Button
            variant={isDeletion ? 'danger' : 'primary'}
            wide
            busy={go.isPending}
            disabled={isDeletion && !isSure}
            onClick={() => go.mutate()}
          >
            {isDeletion ? 'Delete my account' : 'Close my account'}
          </Button>
        </div>
      )}
    </Sheet>
  );
}
