import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { StorageReport } from '@videowindow/contract/api/storage';
import { Button, EmptyState, Page, Section, useVoice } from '@videowindow/ui';
import { HardDrive } from 'lucide-react';
import { useEffect, useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { PersonAvatar } from '../../lib/person-avatar.tsx';
import { read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { bytesText } from '../content/bytes.ts';
import { AdminNav } from './admin-nav.tsx';
import { AmountsTable } from './amounts-table.tsx';
import { GrowthChart } from './growth-chart.tsx';
import { ageText, kindText } from './storage-words.ts';

const LOOK_EVERY_MS = 1_500;
/** Of the days on which anything was sent, the latest. */
const SENT_DAYS = 30;
const count = new Intl.NumberFormat();

/** What is kept, whose it is, how old, and how it grows; for those who keep the service running. */
export function AdminStoragePage() {
  useTitle('Storage');
  const { toast } = useVoice();
  /** What was measured when the person asked to measure again; undefined: nobody waits. */
  const [before, setBefore] = useState<string | null>();
  const isMeasuring = before !== undefined;
  const report = useQuery({ ...read('GET /admin/storage'), refetchInterval: isMeasuring ? LOOK_EVERY_MS : false });
  const measuredAt = report.data?.measuredAt ?? null;
  useEffect(() => {
    if (before === undefined || measuredAt === before) return;
    setBefore(undefined);
    toast({ text: 'Measured.', tone: 'good' });
  }, [before, measuredAt, toast]);
  const measure = useMutation({
    mutationFn: () => client.call('POST /admin/storage/measure'),
    onMutate: () => setBefore(measuredAt),
    onError: (error) => {
      setBefore(undefined);
      toast({ text: sentenceOf(error), tone: 'bad' });
    },
  });
  const button = (
    <Button variant="secondary" busy={isMeasuring} onClick={() => measure.mutate()}>
      Measure now
    </Button>
  );
  return (
    <Page
      title="Media"
      intro={
        measuredAt ? `Measured ${dateTime(measuredAt)}; by itself every night.` : 'Measured by itself every night.'
      }
      actions={measuredAt ? button : undefined}
    >
      <AdminNav />
      <Loaded query={report}>
        {(value) =>
          value.measuredAt === null ? (
            <EmptyState icon={<HardDrive aria-hidden size={26} />} title="Not measured yet" action={button}>
              This night, or now: every file is counted once.
            </EmptyState>
          ) : (
            <Report report={value} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Report({ report }: { report: StorageReport }) {
  const { bytes, objects, byKind, byPerson, byAge, orphans, growth, egress } = report;
  const sent = egress.slice(-SENT_DAYS);
  return (
    <>
      <dl className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        <Figure name="All together" value={bytesText(bytes)} note={filesText(objects)} />
        <Figure
          name="A file, on average"
          value={objects === 0 ? '–' : bytesText(bytes / objects)}
          note="of all kinds"
        />
        <Figure
          name="Nobody’s"
          value={bytesText(orphans.bytes)}
          note={orphans.objects === 0 ? 'nothing is left over' : `${filesText(orphans.objects)}, swept every night`}
        />
        <Figure
          name="Sent to people"
          value={bytesText(sent.reduce((sum, day) => sum + day.bytes, 0))}
          note={`in ${SENT_DAYS} days, by this server; a CDN counts its own`}
        />
      </dl>
      <Section title="How it grows">
        <GrowthChart growth={growth} />
      </Section>
      <Section title="What it is">
        <AmountsTable
          of="Kind"
          total={bytes}
          rows={byKind.map((row) => ({ ...row, key: kindText(row), name: kindText(row) }))}
        />
      </Section>
      <Section
        title="Whose it is"
        aside={byPerson.length >= 50 ? <span className="text-14 text-ink-3">the first 50</span> : undefined}
      >
        <AmountsTable
          of="Person"
          total={bytes}
          rows={byPerson.map(({ person, ...amount }) => ({
            ...amount,
            key: person.id,
            name: (
              <Link
                to="/@{$handle}"
                params={{ handle: person.handle }}
                className="inline-flex min-h-6 items-center gap-2 text-indigo underline underline-offset-2"
              >
                <PersonAvatar person={person} size="small" />
                {person.displayName}
              </Link>
            ),
          }))}
        />
      </Section>
      <Section title="How old it is">
        <AmountsTable
          of="Age"
          total={bytes}
          rows={byAge.map((row, at) => ({ ...row, key: String(row.fromDays), name: ageText(byAge, at) }))}
        />
      </Section>
    </>
  );
}

const filesText = (objects: number) => (objects === 1 ? 'one file' : `${count.format(objects)} files`);

function Figure({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div className="rounded-card border border-line bg-sheet p-4">
      <dt className="text-14 text-ink-3">{name}</dt>
      <dd className="figures font-title text-28 font-semibold">{value}</dd>
      <dd className="text-14 text-ink-3">{note}</dd>
    </div>
  );
}
