// Transfers to connected accounts, and their reversals.
import type Stripe from 'stripe';
import { mergeMetadata } from './accounts.ts';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { invalid } from './faults.ts';
import { book, holdings } from './money.ts';
import { currency as currencyRule, integer, metadata, oneOf, optional, paramsOf, text } from './params.ts';
import { newId, type Work } from './work.ts';

export const transferEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/transfers',
    params: paramsOf<Stripe.TransferCreateParams>()({
      amount: integer(1),
      currency: currencyRule,
      destination: text(),
      description: optional(text(1000)),
      metadata: optional(metadata),
      source_transaction: optional(text()),
      source_type: optional(oneOf('card')),
      transfer_group: optional(text()),
    }),
    run(work, params) {
      const account = work.refer('account', params.destination, 'destination');
      if (account.capabilities?.transfers !== 'active') {
        throw invalid(
          'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
          undefined,
          'insufficient_capabilities_for_transfer',
        );
      }
      const source = sourceCharge(work, params);
      if (source === undefined && holdings(work, params.currency).available < params.amount) throw tooLittle();
      return transfer(work, account, source, {
        amount: params.amount,
        currency: params.currency,
        description: params.description ?? null,
        metadata: params.metadata ?? {},
        group: params.transfer_group ?? source?.transfer_group ?? null,
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/transfers',
    params: paramsOf<Stripe.TransferListParams>()({
      ...listFields,
      destination: optional(text()),
      transfer_group: optional(text()),
    }),
    run(work, params) {
      const { destination, transfer_group } = params;
      return listPage(work, 'transfer', '/v1/transfers', params, { destination, transfer_group });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/transfers/:id',
    params: paramsOf<Stripe.TransferRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('transfer', idOf(ids), 'transfer'),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/transfers/:id',
    params: paramsOf<Stripe.TransferUpdateParams>()({
      description: optional(text(1000)),
      metadata: optional(metadata),
    }),
    run(work, params, ids) {
      const found = work.require('transfer', idOf(ids), 'transfer');
      const updated = {
        ...found,
        description: params.description ?? found.description,
        metadata: mergeMetadata(found.metadata, params.metadata),
      };
      work.put('transfer', found.id, updated);
      work.emit('transfer.updated', updated);
      return updated;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/transfers/:id/reversals',
    params: paramsOf<Stripe.TransferCreateReversalParams>()({
      amount: optional(integer(1)),
      description: optional(text(1000)),
      metadata: optional(metadata),
    }),
    run(work, params, ids) {
      const found = work.require('transfer', idOf(ids), 'transfer');
      return reverse(work, found, params.amount, params.metadata ?? {});
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/transfers/:id/reversals',
    params: paramsOf<Stripe.TransferListReversalsParams>()({
      limit: listFields.limit,
      starting_after: listFields.starting_after,
      ending_before: listFields.ending_before,
    }),
    run(work, params, ids) {
      const id = idOf(ids);
      work.require('transfer', id, 'transfer');
      return listPage(work, 'transfer_reversal', `/v1/transfers/${id}/reversals`, params, { transfer: id });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/transfers/:id/reversals/:reversal',
    params: paramsOf<Stripe.TransferRetrieveReversalParams>()({}),
    run: (work, _params, ids) => work.require('transfer_reversal', idOf(ids, 'reversal')),
  }),
];

function tooLittle() {
  return invalid(
    'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card.',
    undefined,
    'balance_insufficient',
  );
}

/** The charge that pays for the transfer: its own currency, and no more than it brought. */
function sourceCharge(
  work: Work,
  params: {
    source_transaction: string | undefined;
    currency: string;
    amount: number;
    transfer_group: string | undefined;
  },
): Stripe.Charge | undefined {
  if (params.source_transaction === undefined) return undefined;
  const charge = work.refer('charge', params.source_transaction, 'source_transaction');
  if (!charge.paid)
    throw invalid('Cannot use a charge that has not succeeded as the source of a transfer.', 'source_transaction');
  if (charge.currency !== params.currency) {
    throw invalid(
      `The currency of source_transaction's balance transaction (${charge.currency}) must be the same as the transfer currency (${params.currency})`,
      'currency',
    );
  }
  if (
    params.transfer_group !== undefined &&
    charge.transfer_group !== null &&
    charge.transfer_group !== params.transfer_group
  ) {
    throw invalid('The transfer_group of a transfer must be the one of its source_transaction.', 'transfer_group');
  }
  const earlier = work.list('transfer', { where: { source_transaction: charge.id } });
  const used = earlier.reduce((sum, { value }) => sum + value.amount - value.amount_reversed, 0);
  if (used + params.amount > charge.amount) {
    throw invalid(
      `Transfers using this transaction as a source must not exceed the source amount of ${charge.amount}. (There is already a transfer amount of ${used} using this source).`,
      'amount',
    );
  }
  return charge;
}

function transfer(
  work: Work,
  account: Stripe.Account,
  source: Stripe.Charge | undefined,
  wanted: {
    amount: number;
    currency: string;
    description: string | null;
    metadata: Record<string, string>;
    group: string | null;
  },
): Stripe.Transfer {
  const id = newId('tr_1');
  const paymentId = newId('py_1');
  const sourceMoney =
    typeof source?.balance_transaction === 'string'
      ? work.find('balance_transaction', source.balance_transaction)
      : undefined;
  // Money of a charge that isn't settled yet arrives when the charge's own money does.
  const availableOn = Math.max(work.now, sourceMoney?.available_on ?? work.now);
  const out = book(work, {
    amount: -wanted.amount,
    currency: wanted.currency,
    type: 'transfer',
    category: 'transfer',
    source: id,
    description: wanted.description,
    availableOn,
  });
  const made: Stripe.Transfer = {
    id,
    object: 'transfer',
    amount: wanted.amount,
    amount_reversed: 0,
    balance_transaction: out.id,
    created: work.now,
    currency: wanted.currency,
    description: wanted.description,
    destination: account.id,
    destination_payment: paymentId,
    livemode: false,
    metadata: wanted.metadata,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: source?.id ?? null,
    source_type: 'card',
    transfer_group: wanted.group,
  };
  work.put('transfer', id, made);
  const theirs = work.as(account.id);
  const arrival = book(theirs, {
    amount: wanted.amount,
    currency: wanted.currency,
    type: 'payment',
    category: 'charge',
    source: paymentId,
    availableOn,
  });
  theirs.put('charge', paymentId, arrivalOf(work, paymentId, made, arrival.id));
  work.emit('transfer.created', made);
  return made;
}

/** The payment as the connected account sees it. */
function arrivalOf(work: Work, id: string, made: Stripe.Transfer, balanceTransaction: string): Stripe.Charge {
  return {
    id,
    object: 'charge',
    amount: made.amount,
    amount_captured: made.amount,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: balanceTransaction,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: null,
    captured: true,
    created: work.now,
    currency: made.currency,
    customer: null,
    description: made.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: null,
    paid: true,
    payment_intent: null,
    payment_method: null,
    payment_method_details: { stripe_account: {}, type: 'stripe_account' },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: made.id,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'succeeded',
    transfer_data: null,
    transfer_group: made.transfer_group,
  };
}

function reverse(
  work: Work,
  made: Stripe.Transfer,
  wanted: number | undefined,
  meta: Record<string, string>,
): Stripe.TransferReversal {
  const left = made.amount - made.amount_reversed;
  if (left === 0) throw invalid(`Transfer ${made.id} is already fully reversed.`, 'id');
  const amount = wanted ?? left;
  if (amount > left)
    throw invalid(`Reversal amount (${amount}) is greater than unreversed amount on transfer (${left})`, 'amount');
  if (typeof made.destination !== 'string' || typeof made.destination_payment !== 'string')
    throw new Error('stored with ids');
  const theirs = work.as(made.destination);
  // What is still on its way to the account can't be taken from it.
  if (holdings(theirs, made.currency).available < amount) throw tooLittle();

  const id = newId('trr_1');
  const back = book(work, {
    amount,
    currency: made.currency,
    type: 'transfer_refund',
    category: 'transfer_reversal',
    source: id,
    description: `REFUND FOR TRANSFER (${made.description ?? made.id})`,
  });
  book(theirs, {
    amount: -amount,
    currency: made.currency,
    type: 'payment_refund',
    category: 'refund',
    source: made.destination_payment,
  });
  const arrival = theirs.require('charge', made.destination_payment);
  const given = arrival.amount_refunded + amount;
  theirs.put('charge', arrival.id, { ...arrival, amount_refunded: given, refunded: given === arrival.amount });
  const reversal: Stripe.TransferReversal = {
    id,
    object: 'transfer_reversal',
    amount,
    balance_transaction: back.id,
    created: work.now,
    currency: made.currency,
    destination_payment_refund: null,
    metadata: meta,
    source_refund: null,
    transfer: made.id,
  };
  work.put('transfer_reversal', id, reversal);
  const after: Stripe.Transfer = {
    ...made,
    amount_reversed: made.amount_reversed + amount,
    reversals: {
      ...made.reversals,
      data: [reversal, ...made.reversals.data].slice(0, 10),
      has_more: made.reversals.data.length >= 10,
    },
    reversed: made.amount_reversed + amount === made.amount,
  };
  work.put('transfer', made.id, after);
  work.emit('transfer.reversed', after);
  return reversal;
}
