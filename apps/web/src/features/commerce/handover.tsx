// A piece that is fetched: the buyer shows six digits, which the maker types in, or a picture, which their phone reads.
import { isApiError } from '@videowindow/client';
import type { Order } from '@videowindow/contract/api/commerce';
import { Button, Card, CodeInput, useVoice } from '@videowindow/ui';
import { lazy, Suspense, useState } from 'react';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { firstName } from './order-words.ts';
import { useOrderChange } from './use-order-change.ts';

const QrCode = lazy(async () => ({ default: (await import('../../lib/qr-code.tsx')).QrCode }));

const DIGITS = 6;

/** What the picture says: the order's page with the code behind the hash, which no server sees. */
const scanLink = (order: Order, code: string): string => `${location.origin}/orders/${order.id}#code=${code}`;
const scannedCode = (): string => /^#code=(\d{6})$/.exec(location.hash)?.[1] ?? '';

/** For the buyer: large enough to be read across a workbench. */
export function HandoverCode({ order, code }: { order: Order; code: string }) {
  return (
    <Card className="text-center">
      <h2 className="text-14 font-semibold text-ink-2">Your code for the handover</h2>
      <p className="figures my-2 font-title text-48 font-semibold tracking-[0.08em]">
        {/* Read out digit by digit, seen as two halves. */}
        <span className="sr-only">{[...code].join(' ')}</span>
        <span aria-hidden>
          {code.slice(0, 3)}
          <span className="inline-block w-3" />
          {code.slice(3)}
        </span>
      </p>
      <Suspense fallback={<div className="mx-auto my-4 size-44" />}>
        <div className="mx-auto my-4 grid w-44">
          <QrCode
            text={scanLink(order, code)}
            label={`The same code as a picture, for ${firstName(order.maker)}'s camera`}
          />
        </div>
      </Suspense>
      <p className="text-14 text-ink-3">
        Show it when you have the piece in your hands, not before: with it {firstName(order.maker)} proves that you got
        it.
      </p>
    </Card>
  );
}

/** For the maker. */
export function HandoverForm({ order }: { order: Order }) {
  const { toast } = useVoice();
  // Whoever read the picture comes with the code, and has only to press the button.
  const [code, setCode] = useState(scannedCode);
  const [tried, setTried] = useState(false);
  const handover = useOrderChange(
    order,
    (digits: string) => client.call('POST /orders/:id/handover', { params: { id: order.id }, body: { code: digits } }),
    () => toast({ text: `Handed over. Thank you, and ${firstName(order.buyer)} has it in hand.`, tone: 'good' }),
  );
  const send = (digits: string) => {
    setTried(true);
    if (digits.length === DIGITS && !handover.isPending) handover.mutate(digits);
  };
  const error = handover.isError
    ? isApiError(handover.error, 'handover_code_wrong')
      ? `This is not ${firstName(order.buyer)}'s code. Look again; it is on the order's page.`
      : isApiError(handover.error, 'rate_limited')
        ? `Too many wrong codes. Try again ${waitWords(handover.error.retryAfterS)}.`
        : sentenceOf(handover.error)
    : tried && code.length < DIGITS
      ? 'The code has six digits.'
      : undefined;
  return (
    <Card>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send(code);
        }}
      >
        <div>
          <h2 className="text-18 font-semibold">Handing it over</h2>
          <p className="mt-1 text-14 text-ink-3">
            {firstName(order.buyer)} shows you six digits when you meet; or read the picture beside them with your
            phone's camera. They count as the delivery.
          </p>
        </div>
        <CodeInput
          label={`${firstName(order.buyer)}'s code`}
          length={DIGITS}
          value={code}
          onChange={(digits) => {
            setCode(digits);
            setTried(false);
            if (handover.isError) handover.reset();
          }}
          error={error}
        />
        <Button type="submit" size="large" wide busy={handover.isPending}>
          Hand it over
        </Button>
      </form>
    </Card>
  );
}

function waitWords(seconds: number | undefined): string {
  if (seconds === undefined) return 'later';
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return minutes === 1 ? 'in a minute' : `in ${minutes} minutes`;
}
