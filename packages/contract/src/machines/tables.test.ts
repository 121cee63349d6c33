// docs/state-machines.md is made of the machines themselves. After a change: UPDATE_DOCS=1 npm run test:unit
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { markdownTable } from '../machine.ts';
import { applicationMachine } from './application.ts';
import { auctionMachine } from './auction.ts';
import { disputeMachine } from './dispute.ts';
import { issueMachine } from './issue.ts';
import { listingMachine } from './listing.ts';
import { lockMachine } from './lock.ts';
import { moneyCaseMachine } from './money-case.ts';
import { offerMachine } from './offer.ts';
import { orderMachine } from './order.ts';
import { paymentMachine } from './payment.ts';
import { payoutMachine } from './payout.ts';
import { refundMachine } from './refund.ts';
import { returnLabelMachine } from './return-label.ts';
import { standingMachine } from './standing.ts';
import { storyMachine } from './story.ts';
import { transferMachine } from './transfer.ts';

const FILE = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'state-machines.md');

const text = [
  '# State machines',
  '',
  'Made from `packages/contract/src/machines`, which decide on the server and draw the buttons in the client. A command that',
  'is not in a state’s rows is refused with `invalid_transition`.',
  ...[
    ['Story', markdownTable(storyMachine)],
    ['Listing', markdownTable(listingMachine)],
    ['Offer', markdownTable(offerMachine)],
    ['Auction', markdownTable(auctionMachine)],
    ['Sale lock', markdownTable(lockMachine)],
    ['Payment', markdownTable(paymentMachine)],
    ['Refund', markdownTable(refundMachine)],
    ['Transfer', markdownTable(transferMachine)],
    ['Order', markdownTable(orderMachine)],
    ['Issue', markdownTable(issueMachine)],
    ['Return label', markdownTable(returnLabelMachine)],
    ['Payout', markdownTable(payoutMachine)],
    ['Dispute', markdownTable(disputeMachine)],
    ['Money case', markdownTable(moneyCaseMachine)],
    ['Account', markdownTable(standingMachine)],
    ['Application of a maker', markdownTable(applicationMachine)],
  ].flatMap(([name, table]) => ['', `## ${name}`, '', table]),
  '',
].join('\n');

it('keeps the documented tables in step with the machines', async () => {
  if (process.env.UPDATE_DOCS) await writeFile(FILE, text);

  expect(await readFile(FILE, 'utf8')).toBe(text);
});
