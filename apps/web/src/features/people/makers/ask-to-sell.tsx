// Where new makers are looked at first: telling what one makes, and how it stands.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Application } from '@videowindow/contract/api/makers';
import { Button, Card, FormProblem, StatusChip, TextArea, TextField, type Tone } from '@videowindow/ui';
import { useState } from 'react';
import { dateTime } from '../../../lib/dates.ts';
import { focusProblem } from '../../../lib/focus-problem.ts';
import { keyOf, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';

const MINE = keyOf('GET /makers/me/application');
const LEAST = 20;

const standing: Record<Application['state'], { tone: Tone; chip: string; sentence: string }> = {
  waiting: {
    tone: 'info',
    chip: 'Waiting',
    sentence: 'Somebody reads it, most often within some days. You hear from us here and by mail.',
  },
  approved: {
    tone: 'good',
    chip: 'Welcome',
    sentence: 'You are a maker. Sign out and in again, and the studio is open.',
  },
  declined: { tone: 'due', chip: 'Not yet', sentence: 'Somebody has read it and said no for now. You can ask again.' },
  withdrawn: { tone: 'plain', chip: 'Taken back', sentence: 'You took it back. You can ask again.' },
};

export function AskToSell({ application }: { application: Application | null }) {
  return (
    <div className="grid gap-6">
      {application && <Stands application={application} />}
      {(application === null || application.state === 'declined' || application.state === 'withdrawn') && (
        <AskForm about={application?.about ?? ''} link={application?.link ?? ''} />
      )}
    </div>
  );
}

function Stands({ application }: { application: Application }) {
  const { tone, chip, sentence } = standing[application.state];
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => client.call('DELETE /makers/me/application'),
    onSuccess: (now) => queries.setQueryData(MINE, now),
    onError: () => void queries.invalidateQueries({ queryKey: MINE }),
  });
  return (
    <Card className="grid gap-3 p-5" aria-live="polite">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <StatusChip tone={tone}>{chip}</StatusChip>
        <span className="text-14 text-ink-3">Asked on {dateTime(application.appliedAt)}</span>
      </div>
      <p className="text-ink-2">{sentence}</p>
      {application.reason && (
        <blockquote className="border-l-2 border-line pl-4 text-ink-2 wrap-anywhere">{application.reason}</blockquote>
      )}
      {application.state === 'waiting' && (
        <p className="whitespace-pre-line text-14 text-ink-3 wrap-anywhere">{application.about}</p>
      )}
      {withdraw.isError && <FormProblem>{sentenceOf(withdraw.error)}</FormProblem>}
      {application.possible.includes('withdraw') && (
        <Button
          variant="secondary"
          className="justify-self-start"
          busy={withdraw.isPending}
          onClick={() => withdraw.mutate()}
        >
          Take it back
        </Button>
      )}
    </Card>
  );
}

function AskForm(begin: { about: string; link: string }) {
  const [about, setAbout] = useState(begin.about);
  const [link, setLink] = useState(begin.link);
  const [problems, setProblems] = useState<{ about?: string; link?: string }>({});
  const queries = useQueryClient();
  const ask = useMutation({
    mutationFn: (body: { about: string; link: string | null }) => client.call('POST /makers/me/application', { body }),
    onSuccess: (now) => queries.setQueryData(MINE, now),
  });
  return (
    <form
      noValidate
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (ask.isPending) return;
        const address = withScheme(link.trim());
        const found = {
          ...(about.trim().length < LEAST ? { about: 'A sentence or two, so that somebody can say yes.' } : {}),
          ...(address !== '' && !/^https:\/\/[^\s/]+\.[^\s/]{2,}/.test(address)
            ? { link: 'An address such as https://example.com.' }
            : {}),
        };
        setProblems(found);
        if (Object.keys(found).length === 0) ask.mutate({ about: about.trim(), link: address || null });
        else focusProblem(event.currentTarget);
      }}
    >
      <TextArea
        label="What do you make, and how?"
        hint="A few sentences. Only those who look after this place read them."
        rows={5}
        maxLength={2000}
        value={about}
        onChange={(event) => setAbout(event.target.value)}
        error={problems.about}
      />
      <TextField
        label="Where can it be seen?"
        optional
        inputMode="url"
        placeholder="example.com"
        maxLength={300}
        value={link}
        onChange={(event) => setLink(event.target.value)}
        error={problems.link}
      />
      {ask.isError && <FormProblem>{sentenceOf(ask.error)}</FormProblem>}
      <Button type="submit" size="large" wide busy={ask.isPending}>
        Ask to sell here
      </Button>
    </form>
  );
}

const withScheme = (url: string): string => (url === '' || /^[a-z]+:/i.test(url) ? url : `https://${url}`);
