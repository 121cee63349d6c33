// What the two sides of an order say to each other, and the steps of an issue among it.
import { useQuery } from '@tanstack/react-query';
import type { Order, OrderMessage, OrderThread } from '@videowindow/contract/api/commerce';
import { Button, Card, classNames, Section, TextArea } from '@videowindow/ui';
import { useState } from 'react';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { firstName, otherOf, type Side } from '../order-words.ts';
import { IssueBox } from './issue-box.tsx';
import { speaker, stepWords } from './issue-words.ts';
import { Pictures } from './pictures.tsx';
import { PicturesField, type SentPicture } from './pictures-field.tsx';
import { ReportIssue } from './report-issue.tsx';
import { useThreadChange } from './use-thread.ts';

/** The other side writes too, and their notification is not the only way to hear of it. */
const ASK_AGAIN_MS = 30_000;

export function OrderTalk({ order, side }: { order: Order; side: Side }) {
  const query = useQuery({
    ...read('GET /orders/:id/thread', { params: { id: order.id } }),
    refetchInterval: ASK_AGAIN_MS,
  });
  return <Loaded query={query}>{(thread) => <Talk order={order} side={side} thread={thread} />}</Loaded>;
}

function Talk({ order, side, thread }: { order: Order; side: Side; thread: OrderThread }) {
  const other = firstName(otherOf(order, side));
  return (
    <>
      {thread.issue && <IssueBox order={order} thread={thread} issue={thread.issue} side={side} />}
      <Section title={`Messages with ${other}`}>
        <div className="grid max-w-text gap-4">
          {thread.messages.length > 0 && <Messages messages={thread.messages} order={order} side={side} />}
          <Composer order={order} other={other} />
        </div>
      </Section>
      {thread.reasons.length > 0 && <ReportIssue order={order} reasons={thread.reasons} />}
    </>
  );
}

/** @param side null for staff, who are neither */
export function Messages({
  messages,
  order,
  side,
}: {
  messages: readonly OrderMessage[];
  order: Pick<Order, 'maker' | 'buyer'>;
  side: Side | null;
}) {
  return (
    <ol className="grid gap-3">
      {messages.map((message) => (
        <li
          key={message.id}
          className={classNames('grid', message.from === side ? 'justify-items-end' : 'justify-items-start')}
        >
          <div
            className={classNames(
              'max-w-[85%] rounded-card border px-4 py-3',
              message.from === side ? 'border-transparent bg-ink/6' : 'border-line bg-sheet',
            )}
          >
            <p className="text-12 text-ink-3">
              {speaker(message, order, side)} · {dateTime(message.at)}
            </p>
            <Step message={message} />
            {message.text && <p className="whitespace-pre-line break-words">{message.text}</p>}
            <Pictures pictures={message.pictures} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function Step({ message }: { message: OrderMessage }) {
  const words = stepWords(message);
  return words ? <p className="figures font-semibold">{words}</p> : null;
}

const LONGEST = 4000;

function Composer({ order, other }: { order: Order; other: string }) {
  const [text, setText] = useState('');
  const [pictures, setPictures] = useState<readonly SentPicture[]>([]);
  const send = useThreadChange(
    order,
    (body: { text: string; pictures: string[] }) =>
      client.call('POST /orders/:id/messages', { params: { id: order.id }, body }),
    () => {
      setText('');
      setPictures([]);
    },
  );
  const written = text.trim();
  return (
    <Card>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (written && !send.isPending) send.mutate({ text: written, pictures: pictures.map(({ id }) => id) });
        }}
      >
        <TextArea
          label={`Write to ${other}`}
          rows={2}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="flex flex-wrap items-start justify-between gap-3">
          <PicturesField pictures={pictures} onChange={setPictures} />
          <Button type="submit" variant="secondary" busy={send.isPending} disabled={!written}>
            Send
          </Button>
        </div>
        {send.isError && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(send.error)}
          </p>
        )}
      </form>
    </Card>
  );
}
