// A dispute as the maker of the sale sees it: what the bank wants to know, what helps, what is sent.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { format } from '@videowindow/contract';
import type { MakerDispute, Order, PaperKind } from '@videowindow/contract/api/commerce';
import { Button, Card, FormProblem, StatusChip, TextArea } from '@videowindow/ui';
import { type FormEvent, useState } from 'react';
import { date, dateTime } from '../../../lib/dates.ts';
import { keyOf, read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { firstName } from '../order-words.ts';
import { type ChosenPdf, PdfField } from '../orders/pdf-field.tsx';
import { PicturesField, type SentPicture } from '../orders/pictures-field.tsx';
import { makersChip, paperWords, reasonOf } from './dispute-words.ts';
import { EntryList, EvidenceList, PicturesFile } from './evidence-list.tsx';

/** Nothing where no bank has asked; a failed question says nothing either, since the order is there without it. */
export function Disputes({ order }: { order: Order }) {
  const query = useQuery(read('GET /orders/:id/disputes', { params: { id: order.id } }));
  return query.data?.items.map((dispute) => <DisputeBox key={dispute.id} order={order} dispute={dispute} />);
}

function DisputeBox({ order, dispute }: { order: Order; dispute: MakerDispute }) {
  const chip =
    dispute.sentAt && dispute.possible.length === 0 && isOpen(dispute)
      ? makersChip.submitted
      : makersChip[dispute.state];
  const { says, helps } = reasonOf(dispute.reason);
  const canAdd = dispute.possible.includes('add');
  const remove = useChange(order, (entryId: string) =>
    client.call('DELETE /disputes/:id/evidence/:entryId', { params: { id: dispute.id, entryId } }),
  );
  return (
    <Card className="mb-6 grid gap-4" aria-label="The buyer's bank">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-18 font-semibold">
          {dispute.inquiry ? "The buyer's bank has a question" : `The bank took ${format(dispute.amount)} back`}
        </h2>
        <StatusChip tone={chip.tone}>{chip.label}</StatusChip>
      </div>
      <p className="max-w-text text-ink-2">
        {says} {nextWords(dispute)}
      </p>
      {canAdd && (
        <>
          <div>
            <h3 className="text-14 font-semibold text-ink-2">What helps</h3>
            <ul className="mt-1 max-w-text list-disc pl-5 text-ink-2">
              {helps.map((what) => (
                <li key={what}>{what}</li>
              ))}
            </ul>
          </div>
          <AddEvidence order={order} dispute={dispute} />
        </>
      )}
      {dispute.entries.length > 0 && (
        <div className="grid gap-2">
          <h3 className="text-14 font-semibold text-ink-2">What you added</h3>
          <EntryList
            disputeId={dispute.id}
            entries={dispute.entries}
            {...(canAdd ? { onRemove: (id: string) => remove.mutate(id) } : {})}
          />
          {remove.isError && <FormProblem>{sentenceOf(remove.error)}</FormProblem>}
        </div>
      )}
      <details>
        <summary className="inline-flex min-h-11 cursor-pointer items-center text-indigo underline underline-offset-2">
          {dispute.sentAt ? 'What was sent' : 'What is sent'}
        </summary>
        <div className="mt-2 grid gap-2">
          <EvidenceList evidence={dispute.evidence} />
          <p className="text-14 text-ink-3">
            The bank also learns where the piece was sent. That is not shown here: {firstName(order.buyer)}'s address is
            only for sending.
          </p>
          <PicturesFile disputeId={dispute.id} />
        </div>
      </details>
    </Card>
  );
}

const isOpen = ({ state }: MakerDispute): boolean => state === 'opened' || state === 'evidence_due';

function nextWords({ state, inquiry, addBy, sentAt }: MakerDispute): string {
  if (state === 'won') return 'The bank agrees with you: the money of this sale is yours again.';
  if (state === 'lost') return 'The bank gave the money to the buyer. It cannot be asked again.';
  if (state === 'closed') return 'The bank has no more questions, and the piece stays paid.';
  if (sentAt) return `Our answer went out on ${date(sentAt)}. The bank takes up to some weeks to decide.`;
  const until = addBy ? ` On ${dateTime(addBy)} it is sent by itself, with what is here by then.` : '';
  const money = inquiry ? 'No money was taken.' : 'Your part is frozen until it has decided.';
  return `${money} We tell the bank what we know of the sale; you can add what you know.${until}`;
}

const NO_PAPERS: Record<PaperKind, ChosenPdf | null> = { sending: null, correspondence: null };
const paperKinds = ['sending', 'correspondence'] as const;

/** Words, pictures and PDFs; each PDF is an entry of its own. */
function AddEvidence({ order, dispute }: { order: Order; dispute: MakerDispute }) {
  const [text, setText] = useState('');
  const [pictures, setPictures] = useState<readonly SentPicture[]>([]);
  const [papers, setPapers] = useState(NO_PAPERS);
  const written = text.trim();
  const chosen = paperKinds.flatMap((kind) => (papers[kind] ? [{ kind, pdf: papers[kind].base64 }] : []));
  const add = useChange(
    order,
    async () => {
      const params = { id: dispute.id };
      const said = { text: written, pictures: pictures.map(({ id }) => id) };
      const [first, second] = chosen;
      const saidAny = written !== '' || pictures.length > 0;
      let answer = dispute;
      if (saidAny || first)
        answer = await client.call('POST /disputes/:id/evidence', {
          params,
          body: { ...said, ...(first ? { paper: first } : {}) },
        });
      if (second)
        answer = await client.call('POST /disputes/:id/evidence', {
          params,
          body: { text: '', pictures: [], paper: second },
        });
      return answer;
    },
    () => {
      setText('');
      setPictures([]);
      setPapers(NO_PAPERS);
    },
  );
  const something = written !== '' || pictures.length > 0 || chosen.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (something && !add.isPending) add.mutate(undefined);
  };
  return (
    <form className="grid gap-3" onSubmit={submit}>
      <TextArea
        label="What the bank should know"
        rows={3}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        hint="Short and in order: somebody at the bank reads it in a minute."
      />
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <PicturesField pictures={pictures} onChange={setPictures} />
        {paperKinds.map((kind) => (
          <PdfField
            key={kind}
            label={paperWords[kind].choose}
            value={papers[kind]}
            onChange={(value) => setPapers((before) => ({ ...before, [kind]: value }))}
          />
        ))}
      </div>
      {add.isError && <FormProblem>{sentenceOf(add.error)}</FormProblem>}
      <Button
        type="submit"
        variant="secondary"
        className="justify-self-start"
        busy={add.isPending}
        disabled={!something}
      >
        Add this
      </Button>
    </form>
  );
}

/** A step whose answer is the dispute as it is now. */
function useChange<T>(order: Order, send: (input: T) => Promise<MakerDispute>, onDone?: () => void) {
  const queries = useQueryClient();
  const key = keyOf('GET /orders/:id/disputes', { params: { id: order.id } });
  return useMutation({
    mutationFn: send,
    onSuccess: (dispute) => {
      queries.setQueryData<{ items: MakerDispute[] }>(key, (before) => ({
        items: (before?.items ?? []).map((one) => (one.id === dispute.id ? dispute : one)),
      }));
      onDone?.();
    },
    onError: () => void queries.invalidateQueries({ queryKey: key }),
  });
}
