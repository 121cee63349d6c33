import { Checkbox, CodeInput, MoneyField, QuickAmounts, Select, Switch, TextArea, TextField } from '@videowindow/ui';
import { useState } from 'react';
import { Specimen } from './specimen.tsx';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const crafts = [
  { value: 'ceramics', label: 'Ceramics' },
  { value: 'wood', label: 'Wood' },
];

export function InputSpecimens() {
  const [code, setCode] = useState('482');
  const [price, setPrice] = useState('84.00');
  const [amount, setAmount] = useState<number | 'other'>(8500);
  const [on, setOn] = useState(true);
  const [agreed, setAgreed] = useState(true);
  return (
    <>
      <Specimen name="TextField: empty, filled, hint, error, off" column>
        <TextField label="Title" placeholder="Moon jar, wood ash" />
        <TextField label="Email" type="email" defaultValue="ines@example.org" hint="We send a six-digit code." />
        <TextField label="Title" defaultValue="M" error="A title needs three letters at least." />
        <TextField label="City" optional disabled defaultValue="Lisbon" />
      </Specimen>
      <Specimen name="TextArea" column>
        <TextArea label="How it was made" defaultValue="Thrown in one piece from a local iron-rich clay." />
      </Specimen>
      <Specimen name="Select" column>
        <Select label="Category" options={crafts} defaultValue="ceramics" />
        <Select label="Category" options={crafts} defaultValue="" placeholder="Choose" error="Please choose one." />
      </Specimen>
      <Specimen name="MoneyField" column>
        <MoneyField label="Your offer" currency="USD" value={price} onChange={setPrice} hint="At least $40.00." />
        <MoneyField label="Your offer" currency="EUR" value="12" onChange={() => {}} error="At least €40.00." />
      </Specimen>
      <Specimen name="QuickAmounts" column>
        <QuickAmounts
          legend="Your bid"
          amounts={[usd(8500), usd(9000), usd(10000)]}
          value={amount}
          onChange={setAmount}
        />
      </Specimen>
      <Specimen name="Switch" column>
        <Switch
          label="Let a good offer open the auction"
          hint="The first offer at or above your price becomes the first bid."
          checked={on}
          onChange={setOn}
        />
        <Switch label="Local pickup" checked={!on} onChange={(next) => setOn(!next)} />
        <Switch label="Off for now" checked={false} disabled onChange={() => {}} />
      </Specimen>
      <Specimen name="Checkbox" column>
        <Checkbox label="I made this piece myself" checked={agreed} onChange={setAgreed} />
        <Checkbox
          label="I understand that a bid is binding"
          checked={false}
          onChange={() => {}}
          error="Please confirm this first."
        />
      </Specimen>
      <Specimen name="CodeInput: typing, wrong" column>
        <CodeInput label="Code from the mail" value={code} onChange={setCode} />
        <CodeInput
          label="Code from the mail"
          value="123456"
          onChange={() => {}}
          error="This code is not right or no longer good."
        />
      </Specimen>
    </>
  );
}
