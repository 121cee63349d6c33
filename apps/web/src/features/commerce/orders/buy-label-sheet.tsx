// Buys a label here: where it goes back to, how large the parcel is, whose price.
import { useMutation } from '@tanstack/react-query';
import { format } from '@videowindow/contract';
import type { Issue, LabelRate, Order } from '@videowindow/contract/api/commerce';
import { countryCodes } from '@videowindow/contract/countries';
import { Button, FormProblem, Select, Sheet, TextField } from '@videowindow/ui';
import { useMemo, useRef, useState } from 'react';
import { newKey } from '../../../lib/new-key.ts';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { countryName } from '../countries.ts';
import { firstName } from '../order-words.ts';
import { emptyWay, type LabelWay, rateWords, readWay, type WayProblems } from './label-terms.ts';
import { useLabelChange } from './use-label.ts';

type Props = { issue: Issue; order: Order; by: 'maker' | 'platform'; onClose: () => void };
type Quote = { quoteId: string; rates: LabelRate[] };

export function BuyLabelSheet({ issue, order, by, onClose }: Props) {
  const [way, setWay] = useState<LabelWay>(() => emptyWay(by === 'maker' ? order.maker.displayName : ''));
  const [tried, setTried] = useState(false);
  const [quote, setQuote] = useState<Quote | null>(null);
  const [rateId, setRateId] = useState('');
  const key = useRef(newKey());
  const params = { id: issue.id };
  const { body, problems } = readWay(way);
  const ask = useMutation({
    mutationFn: (asked: NonNullable<typeof body>) =>
      client.call('POST /issues/:id/label/quote', { params, body: asked }),
    onSuccess: (found) => {
      setQuote(found);
      setRateId(found.rates[0]?.id ?? '');
      key.current = newKey();
    },
  });
  const buy = useLabelChange(
    { issue, order },
    ({ quoteId }: Quote) =>
      client.call('POST /issues/:id/label/buy', { params, body: { quoteId, rateId }, idempotencyKey: key.current }),
    onClose,
  );
  const chosen = quote?.rates.find(({ id }) => id === rateId);
  const price = () => {
    setTried(true);
    if (body) ask.mutate(body);
  };
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title="A label to send it back"
      subtitle={quote ? 'Which carrier?' : `The parcel comes from ${firstName(order.buyer)}'s address`}
      footer={
        quote ? (
          <div className="grid gap-2">
            <Button wide size="large" busy={buy.isPending} disabled={!chosen} onClick={() => buy.mutate(quote)}>
              Buy it{chosen && ` for ${format(chosen.price)}`}
            </Button>
            <Button wide variant="quiet" onClick={() => setQuote(null)}>
              Change the parcel
            </Button>
          </div>
        ) : (
          <Button wide size="large" busy={ask.isPending} onClick={price}>
            See prices
          </Button>
        )
      }
    >
      {quote ? (
        <div className="grid gap-4">
          <Select
            label="Carrier"
            value={rateId}
            onChange={(event) => setRateId(event.target.value)}
            options={quote.rates.map((rate) => ({ value: rate.id, label: rateWords(rate) }))}
          />
          <p className="text-14 text-ink-3">
            {by === 'maker'
              ? 'You owe what it costs: your next sales pay it, and your statement shows it.'
              : 'Video Window pays for it.'}
          </p>
          {buy.isError && <FormProblem>{sentenceOf(buy.error)}</FormProblem>}
        </div>
      ) : (
        <WayFields way={way} problems={tried ? problems : {}} onChange={setWay} refused={ask.error} />
      )}
    </Sheet>
  );
}

function WayFields({
  way,
  problems,
  onChange,
  refused,
}: {
  way: LabelWay;
  problems: WayProblems;
  onChange: (way: LabelWay) => void;
  refused: Error | null;
}) {
  const countries = useMemo(
    () =>
      countryCodes
        .map((code) => ({ value: code, label: countryName(code) }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    [],
  );
  const text = (name: keyof LabelWay, label: string, more: object = {}) => (
    <TextField
      label={label}
      value={way[name]}
      onChange={(event) => onChange({ ...way, [name]: event.target.value })}
      error={problems[name]}
      {...more}
    />
  );
  return (
    <div className="grid gap-4">
      <fieldset className="grid gap-3">
        <legend className="mb-2 font-semibold">Where does it go?</legend>
        {text('name', 'Name', { autoComplete: 'name' })}
        {text('line1', 'Street and number', { autoComplete: 'address-line1' })}
        {text('line2', 'Second line', { optional: true, autoComplete: 'address-line2' })}
        <div className="grid grid-cols-[2fr_3fr] gap-3">
          {text('postalCode', 'Postal code', { autoComplete: 'postal-code' })}
          {text('city', 'Town', { autoComplete: 'address-level2' })}
        </div>
        {text('region', 'State or region', { optional: true, autoComplete: 'address-level1' })}
        <Select
          label="Country"
          options={countries}
          placeholder="Choose"
          value={way.country}
          onChange={(event) => onChange({ ...way, country: event.target.value })}
          error={problems.country}
        />
        <p className="text-14 text-ink-3">It stands on the label, so the buyer reads it.</p>
      </fieldset>
      <fieldset className="grid gap-3">
        <legend className="mb-2 font-semibold">The parcel</legend>
        <div className="grid grid-cols-2 gap-3">
          {text('kilos', 'Weight (kg)', { inputMode: 'decimal' })}
          {text('length', 'Length (cm)', { inputMode: 'decimal' })}
          {text('width', 'Width (cm)', { inputMode: 'decimal' })}
          {text('height', 'Height (cm)', { inputMode: 'decimal' })}
        </div>
      </fieldset>
      {refused && <FormProblem>{sentenceOf(refused)}</FormProblem>}
    </div>
  );
}
