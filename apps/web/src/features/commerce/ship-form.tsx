import type { Order } from '@videowindow/contract/api/commerce';
import { Button, Card, TextField, useVoice } from '@videowindow/ui';
import { Truck } from 'lucide-react';
import { useId, useState } from 'react';
import { fieldErrorOf } from '../../lib/field-error.ts';
import { focusProblem } from '../../lib/focus-problem.ts';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { firstName } from './order-words.ts';
import { useOrderChange } from './use-order-change.ts';

/** Only suggestions: any carrier can be written. */
const carriers = [
  'Correos',
  'CTT',
  'Deutsche Post',
  'DHL',
  'DPD',
  'FedEx',
  'GLS',
  'La Poste',
  'PostNL',
  'Royal Mail',
  'UPS',
  'USPS',
];

const LONGEST = 60;

/** The maker says with whom the piece travels and under which number. */
export function ShipForm({ order }: { order: Order }) {
  const { toast } = useVoice();
  const listId = useId();
  const [carrier, setCarrier] = useState('');
  const [trackingNumber, setTrackingNumber] = useState('');
  const [tried, setTried] = useState(false);
  const ship = useOrderChange(
    order,
    (body: { carrier: string; trackingNumber: string }) =>
      client.call('POST /orders/:id/ship', { params: { id: order.id }, body }),
    () => toast({ text: `Thank you. ${firstName(order.buyer)} is told that it is on its way.`, tone: 'good' }),
  );
  const filled = { carrier: carrier.trim(), trackingNumber: trackingNumber.trim() };
  const missing = {
    carrier: tried && !filled.carrier ? 'Write who carries it, e.g. CTT.' : undefined,
    trackingNumber: tried && !filled.trackingNumber ? 'Write the number from the label or the receipt.' : undefined,
  };
  const isField = fieldErrorOf(ship.error, 'carrier') ?? fieldErrorOf(ship.error, 'trackingNumber');
  return (
    <Card>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!filled.carrier || !filled.trackingNumber) focusProblem(event.currentTarget);
          else if (!ship.isPending) ship.mutate(filled);
        }}
      >
        <h2 className="text-18 font-semibold">Have you sent it?</h2>
        <TextField
          label="Carrier"
          list={listId}
          maxLength={LONGEST}
          autoComplete="off"
          value={carrier}
          onChange={(event) => setCarrier(event.target.value)}
          error={missing.carrier ?? fieldErrorOf(ship.error, 'carrier')}
        />
        <datalist id={listId}>
          {carriers.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <TextField
          label="Tracking number"
          maxLength={LONGEST}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={trackingNumber}
          onChange={(event) => setTrackingNumber(event.target.value)}
          error={missing.trackingNumber ?? fieldErrorOf(ship.error, 'trackingNumber')}
          hint={`${firstName(order.buyer)} follows the parcel with it.`}
        />
        {ship.isError && !isField && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(ship.error)}
          </p>
        )}
        <Button type="submit" size="large" wide busy={ship.isPending} icon={<Truck aria-hidden size={20} />}>
          It is sent
        </Button>
      </form>
    </Card>
  );
}
