// Keys with which one's own programs come in: made, shown once, ended.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiKey } from '@videowindow/contract/api/programs';
import { type Scope, scopes } from '@videowindow/contract/scopes';
import {
  Button,
  Checkbox,
  ConfirmDialog,
  EmptyState,
  FormProblem,
  Page,
  Section,
  Select,
  TextField,
  useVoice,
} from '@videowindow/ui';
import { Copy, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { date } from '../../lib/dates.ts';
import { focusProblem } from '../../lib/focus-problem.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';

const scopeWords: Record<Scope, string> = {
  'stories:read': 'See my stories',
  'stories:write': 'Write and change my stories',
  'media:read': 'See my videos and pictures',
  'media:write': 'Change my videos and pictures',
  'sales:read': 'See my pieces, offers and orders',
  'sales:write': 'Sell, answer offers, send orders, bid and buy',
  'people:read': 'See my profile and notices',
  'people:write': 'Change my profile, follow and block',
};
const lives = [
  { value: '7', label: 'A week' },
  { value: '30', label: 'Thirty days' },
  { value: '90', label: 'Ninety days' },
  { value: '365', label: 'A year' },
];

export function ProgramKeysPage() {
  useTitle('Keys for programs');
  const keys = useQuery({ ...read('GET /me/api-keys'), staleTime: 0 });
  const [shown, setShown] = useState<string | null>(null);
  return (
    <Page
      width="form"
      title="Keys for programs"
      over={toYou}
      intro="A key lets a program of yours do things here in your name: keep a shop in step, print labels, post stories."
    >
      {shown !== null && <NewKey text={shown} onDone={() => setShown(null)} />}
      <Section title="Your keys">
        <Loaded query={keys}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={<KeyRound aria-hidden size={26} />} title="No keys yet">
                You need one only if you write programs, or use one that asks for it.
              </EmptyState>
            ) : (
              <ul className="overflow-hidden rounded-card border border-line bg-sheet">
                {items.map((item) => (
                  <KeyRow key={item.id} item={item} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Section>
      <MakeKey onMade={setShown} />
    </Page>
  );
}

function NewKey({ text, onDone }: { text: string; onDone: () => void }) {
  const { toast } = useVoice();
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => toast({ text: 'Copied.', tone: 'good' }),
      () => toast({ text: 'Your browser did not copy it. Select it and copy it by hand.', tone: 'bad' }),
    );
  };
  return (
    <section aria-labelledby="new-key" className="mb-8 grid gap-3 rounded-card border border-line bg-sheet p-4">
      <h2 id="new-key" className="font-title text-22 font-semibold">
        Your new key
      </h2>
      <p className="text-ink-2">Keep it now, somewhere safe: it is shown this once. Whoever has it can act as you.</p>
      <output className="figures block rounded-control bg-ink/5 px-3 py-2.5 font-mono text-14 break-all select-all">
        {text}
      </output>
      <div className="flex flex-wrap gap-2">
        <Button icon={<Copy aria-hidden size={18} />} onClick={() => void copy()}>
          Copy it
        </Button>
        <Button variant="secondary" onClick={onDone}>
          I have kept it
        </Button>
      </div>
    </section>
  );
}

function KeyRow({ item }: { item: ApiKey }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const end = useMutation({
    mutationFn: () => client.call('DELETE /me/api-keys/:id', { params: { id: item.id } }),
    onSuccess: () => {
      setAsking(false);
      toast({ text: 'This key is ended.', tone: 'good' });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /me/api-keys') }),
  });
  const isOver = Date.parse(item.expiresAt) < Date.now();
  return (
    <li className="flex items-start gap-4 border-t border-line px-4 py-3 first:border-t-0">
      <KeyRound aria-hidden size={22} strokeWidth={1.75} className="mt-0.5 shrink-0 text-ink-2" />
      <div className="min-w-0 grow">
        <p className="font-semibold break-words">{item.name}</p>
        <p className="text-14 text-ink-3">
          <span className="font-mono">{item.begins}…</span> · {isOver ? 'its time was over' : 'good until'}{' '}
          {date(item.expiresAt)} · {item.lastUsedAt ? `last used ${date(item.lastUsedAt)}` : 'never used'}
        </p>
        <ul className="mt-1 text-14 text-ink-2">
          {item.scopes.map((scope) => (
            <li key={scope}>{scopeWords[scope]}</li>
          ))}
        </ul>
      </div>
      <Button
        variant="quiet"
        size="small"
        className="shrink-0 whitespace-nowrap"
        aria-label={`End the key ${item.name}`}
        onClick={() => setAsking(true)}
      >
        End it
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="End this key?"
        confirm="End it"
        cancel="Not now"
        busy={end.isPending}
        onConfirm={() => end.mutate()}
      >
        Programs that use “{item.name}” are out at once.
        {end.isError && <FormProblem className="mt-2">{sentenceOf(end.error)}</FormProblem>}
      </ConfirmDialog>
    </li>
  );
}

function MakeKey({ onMade }: { onMade: (key: string) => void }) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Scope[]>([]);
  const [days, setDays] = useState('90');
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      client.call('POST /me/api-keys', { body: { name: name.trim(), scopes: [...chosen], days: Number(days) } }),
    onSuccess: async ({ key }) => {
      onMade(key);
      setName('');
      setChosen([]);
      setTried(false);
      window.scrollTo({ top: 0 });
      await queries.invalidateQueries({ queryKey: keyOf('GET /me/api-keys') });
    },
  });
  const nameless = name.trim() === '';
  return (
    <Section title="Make a key">
      <form
        noValidate
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (nameless || chosen.length === 0) focusProblem(event.currentTarget);
          else if (!make.isPending) make.mutate();
        }}
      >
        <TextField
          label="What is it for?"
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
          {...(tried && nameless ? { error: 'Give it a name that you will know again.' } : {})}
        />
        <fieldset className="grid gap-1">
          <legend className="mb-1 text-14 font-semibold text-ink-2">What may it do?</legend>
          {scopes.map((scope) => (
            <Checkbox
              key={scope}
              label={scopeWords[scope]}
              checked={chosen.includes(scope)}
              onChange={(checked) =>
                setChosen(checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
              }
            />
          ))}
          {tried && chosen.length === 0 && <FormProblem>Choose what it may do.</FormProblem>}
        </fieldset>
        <Select label="For how long?" value={days} options={lives} onChange={({ target }) => setDays(target.value)} />
        {make.isError && <FormProblem>{sentenceOf(make.error)}</FormProblem>}
        <Button type="submit" busy={make.isPending} className="justify-self-start">
          Make the key
        </Button>
        <p className="text-14 text-ink-3">
          No key reaches your ways in, your cards or your payout account. How programs use it: docs/app-developers.md.
        </p>
      </form>
    </Section>
  );
}
