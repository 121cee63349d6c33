import { Avatar, Button, Card, Countdown, Price, Progress, Timeline } from '@videowindow/ui';
import { useState } from 'react';
import { Specimen } from './specimen.tsx';

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

export function SaleSpecimens() {
  const [amount, setAmount] = useState(8400);
  const [ends] = useState(() => [
    inMinutes(60 * 53),
    inMinutes(60 * 3.2),
    inMinutes(12.07),
    inMinutes(0.8),
    inMinutes(-1),
  ]);
  return (
    <>
      <Specimen name="Price: sizes; it ticks when it changes">
        <Price value={{ amount, currency: 'USD' }} size="huge" />
        <Price value={{ amount, currency: 'USD' }} size="large" />
        <Price value={{ amount, currency: 'USD' }} />
        <Price value={{ amount, currency: 'USD' }} size="small" />
        <Button variant="secondary" size="small" onClick={() => setAmount(amount + 100)}>
          Raise
        </Button>
        <Button variant="secondary" size="small" onClick={() => setAmount(amount - 250)}>
          Lower
        </Button>
      </Specimen>
      <Specimen name="Countdown: days, hours, last minutes, last minute, over">
        {ends.map((end) => (
          <Countdown key={end} endsAt={end} prefix="ends in" />
        ))}
      </Specimen>
      <Specimen name="Card with a price" column>
        <Card>
          <Card tone="sunken">
            <p className="text-14 text-ink-2">Highest bid · Bidder 3</p>
            <Price value={{ amount, currency: 'USD' }} size="large" />
          </Card>
        </Card>
      </Specimen>
      <Specimen name="Avatar">
        <Avatar name="Ines Duarte" size="small" />
        <Avatar name="Tomás Rey" />
        <Avatar name="Aiko" size="large" />
        <Avatar name="Lena Holm" size="huge" />
      </Specimen>
      <Specimen name="Progress: running, unknown, done, failed" column>
        <Progress label="Uploading" value={0.42} note="3.1 MB/s · 12 s left" />
        <Progress label="Looking at the file" value={null} />
        <Progress label="Ready" value={1} tone="good" />
        <Progress label="Upload refused" value={0.7} tone="bad" />
      </Specimen>
      <Specimen name="Timeline" column>
        <Timeline
          steps={[
            { key: 'won', title: 'Won the auction', note: 'Mon 16 Nov, 18:12', state: 'done' },
            { key: 'paid', title: 'Paid by card', note: 'Mon 16 Nov, 18:20', state: 'done' },
            { key: 'shipped', title: 'Shipped · CTT RR482910PT', note: 'Wed 18 Nov, 09:41', state: 'now' },
            { key: 'delivered', title: 'Delivered', note: 'about Tue 24 Nov', state: 'next' },
          ]}
        />
        <Timeline
          steps={[
            { key: 'won', title: 'Won the auction', note: 'Mon 16 Nov, 18:12', state: 'done' },
            { key: 'unpaid', title: 'Not paid in time', note: 'Wed 18 Nov, 18:12', state: 'failed' },
          ]}
        />
      </Specimen>
    </>
  );
}
