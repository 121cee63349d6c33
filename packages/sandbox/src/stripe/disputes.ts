// Disputes: a buyer's bank takes a payment back, evidence is sent, and it is won or lost.
import type { FastifyInstance } from 'fastify';
import type Stripe from 'stripe';
import { mergeMetadata } from './accounts.ts';
import type { HostedPageParts } from './checkoutPage.ts';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { invalid, StripeFault } from './faults.ts';
import { assertEvidenceFiles } from './files.ts';
import { book } from './money.ts';
import { email, flag, metadata, optional, paramsOf, shape, text } from './params.ts';
import { newId, type Work } from './work.ts';

const DAY = 24 * 60 * 60;
/** How long evidence is taken, and how long the bank then thinks about it. */
const EVIDENCE_SECONDS = 7 * DAY;
const REVIEW_SECONDS = 7 * DAY;
/** Stripe's price for a dispute in the US, in the smallest unit; it is not given back. */
const DISPUTE_FEE = 1500;

/** What a test card does after it has paid. An inquiry asks first and takes nothing. */
export interface DisputePlan {
  readonly reason: string;
  readonly inquiry: boolean;
}

/** Text fields of the evidence; Stripe takes 20,000 characters for the long ones and 150,000 for all. */
const EVIDENCE_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const;
type EvidenceField = (typeof EVIDENCE_FIELDS)[number];

/** Each takes the id of an uploaded file. */
const FILE_FIELDS = [
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
] as const;

const noEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** A buyer goes to their bank about a paid charge, for all that is left of it or for less. */
export function openDispute(
  work: Work,
  charge: Stripe.Charge,
  plan: DisputePlan & { amount?: number | undefined },
): Stripe.Dispute {
  const left = charge.amount - charge.amount_refunded;
  if (!charge.paid || left === 0) throw invalid(`Charge ${charge.id} has nothing left to dispute.`, 'charge');
  if (charge.disputed) throw invalid(`Charge ${charge.id} is disputed already.`, 'charge');
  const amount = Math.min(plan.amount ?? left, left);
  const made: Stripe.Dispute = {
    id: newId('du_1'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: work.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...noEvidence, customer_name: charge.billing_details.name },
    evidence_details: {
      due_by: work.now + EVIDENCE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: plan.inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: charge.payment_method_details?.card?.brand ?? 'visa',
        case_type: plan.inquiry ? 'inquiry' : 'chargeback',
        network: charge.payment_method_details?.card?.network ?? 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason: plan.reason,
    status: plan.inquiry ? 'warning_needs_response' : 'needs_response',
  };
  work.put('charge', charge.id, { ...charge, disputed: true });
  work.put('dispute', made.id, made);
  work.emit('charge.dispute.created', made);
  return plan.inquiry ? made : withdraw(work, made);
}

/** The bank takes the money, and the provider its fee. */
function withdraw(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  const taken = book(work, {
    amount: -dispute.amount,
    currency: dispute.currency,
    type: 'adjustment',
    category: 'dispute',
    source: dispute.id,
    description: `Chargeback withdrawal for ${String(dispute.charge)}`,
    fee: DISPUTE_FEE,
  });
  const after = { ...dispute, balance_transactions: [...dispute.balance_transactions, taken] };
  work.put('dispute', dispute.id, after);
  work.emit('charge.dispute.funds_withdrawn', after);
  return after;
}

function close(work: Work, dispute: Stripe.Dispute, status: 'won' | 'lost' | 'warning_closed'): Stripe.Dispute {
  const back =
    status === 'won'
      ? [
          book(work, {
            amount: dispute.amount,
            currency: dispute.currency,
            type: 'adjustment',
            category: 'dispute_reversal',
            source: dispute.id,
            description: `Chargeback reversal for ${String(dispute.charge)}`,
          }),
        ]
      : [];
  const after: Stripe.Dispute = {
    ...dispute,
    status,
    is_charge_refundable: status !== 'lost',
    balance_transactions: [...dispute.balance_transactions, ...back],
  };
  work.put('dispute', dispute.id, after);
  if (status !== 'lost') {
    const charge = work.require('charge', String(dispute.charge));
    work.put('charge', charge.id, { ...charge, disputed: false });
  }
  work.emit('charge.dispute.closed', after);
  if (status === 'won') work.emit('charge.dispute.funds_reinstated', after);
  return after;
}

const isWarning = ({ status }: Stripe.Dispute): boolean => status.startsWith('warning_');

/** Ends what is due by the clock: no evidence in time is lost; a bank that has thought long enough says what it thinks. */
export function decideDisputes(work: Work): void {
  for (const { value: dispute } of work.list('dispute')) {
    const due = dispute.evidence_details.due_by ?? Number.POSITIVE_INFINITY;
    const open = dispute.status === 'needs_response' || dispute.status === 'warning_needs_response';
    if (open && work.now >= due) {
      close(work, dispute, isWarning(dispute) ? 'warning_closed' : 'lost');
    } else if (dispute.status === 'under_review' && work.now >= due + REVIEW_SECONDS) {
      close(work, dispute, dispute.evidence.shipping_tracking_number === null ? 'lost' : 'won');
    } else if (dispute.status === 'warning_under_review' && work.now >= due + REVIEW_SECONDS) {
      close(work, dispute, 'warning_closed');
    }
  }
}

/** Stripe's magic words in the free text decide at once. Source: docs.stripe.com/testing#evidence */
function answer(work: Work, dispute: Stripe.Dispute): Stripe.Dispute {
  const said = dispute.evidence.uncategorized_text ?? '';
  if (said.includes('escalate_inquiry_evidence') && isWarning(dispute)) {
    const chargeback: Stripe.Dispute = { ...dispute, status: 'needs_response', is_charge_refundable: false };
    work.put('dispute', dispute.id, chargeback);
    work.emit('charge.dispute.updated', chargeback);
    return withdraw(work, chargeback);
  }
  if (said.includes('winning_evidence')) return close(work, dispute, isWarning(dispute) ? 'warning_closed' : 'won');
  if (said.includes('losing_evidence')) return close(work, dispute, isWarning(dispute) ? 'warning_closed' : 'lost');
  return dispute;
}

/** Stripe refuses a refund of what a bank has taken back already. */
export function assertRefundable(charge: Stripe.Charge, work: Work): void {
  const blocking = work
    .list('dispute', { where: { charge: charge.id } })
    .some(({ value }) => ['needs_response', 'under_review', 'lost'].includes(value.status));
  if (!blocking) return;
  throw invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, undefined, 'charge_disputed');
}

const evidenceText = optional(text(20_000));
const evidence = optional(
  shape({
    // Object.fromEntries forgets the names; each field has the same rule.
    ...(Object.fromEntries(EVIDENCE_FIELDS.map((name) => [name, evidenceText])) as Record<
      EvidenceField,
      typeof evidenceText
    >),
    ...(Object.fromEntries(FILE_FIELDS.map((name) => [name, optional(text())])) as Record<
      (typeof FILE_FIELDS)[number],
      typeof evidenceText
    >),
    customer_email_address: optional(email),
  }),
);

export const disputeEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/disputes',
    params: paramsOf<Stripe.DisputeListParams>()({
      ...listFields,
      charge: optional(text()),
      payment_intent: optional(text()),
    }),
    run(work, params) {
      const { charge, payment_intent } = params;
      return listPage(work, 'dispute', '/v1/disputes', params, { charge, payment_intent });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/disputes/:id',
    params: paramsOf<Stripe.DisputeRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('dispute', idOf(ids)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/disputes/:id',
    params: paramsOf<Stripe.DisputeUpdateParams>()({ evidence, submit: optional(flag), metadata: optional(metadata) }),
    run(work, params, ids) {
      const found = work.require('dispute', idOf(ids));
      if (found.status !== 'needs_response' && found.status !== 'warning_needs_response') {
        throw invalid(`This dispute is already ${found.status}; evidence can no longer be submitted.`, 'evidence');
      }
      const given = Object.entries(params.evidence ?? {}).filter(([, value]) => value !== undefined);
      assertEvidenceFiles(
        work,
        given.flatMap(([name, value]) =>
          FILE_FIELDS.some((field) => field === name) ? [[name, String(value)] as const] : [],
        ),
      );
      const submitted = params.submit !== false && given.length > 0;
      const updated: Stripe.Dispute = {
        ...found,
        evidence: { ...found.evidence, ...Object.fromEntries(given) },
        evidence_details: {
          ...found.evidence_details,
          has_evidence: found.evidence_details.has_evidence || given.length > 0,
          submission_count: found.evidence_details.submission_count + (submitted ? 1 : 0),
          submission_method: submitted ? 'manual' : found.evidence_details.submission_method,
        },
        metadata: mergeMetadata(found.metadata, params.metadata),
        ...(submitted ? { status: isWarning(found) ? 'warning_under_review' : 'under_review' } : {}),
      };
      work.put('dispute', found.id, updated);
      work.emit('charge.dispute.updated', updated);
      return submitted ? answer(work, updated) : updated;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/disputes/:id/close',
    params: paramsOf<Stripe.DisputeCloseParams>()({}),
    run(work, _params, ids) {
      const found = work.require('dispute', idOf(ids));
      if (found.status !== 'needs_response' && found.status !== 'warning_needs_response') {
        throw invalid(`This dispute is already ${found.status}.`);
      }
      return close(work, found, isWarning(found) ? 'warning_closed' : 'lost');
    },
  }),
];

const wish = {
  type: 'object',
  additionalProperties: false,
  required: ['charge'],
  properties: {
    charge: { type: 'string' },
    reason: { type: 'string', default: 'fraudulent' },
    amount: { type: 'integer', minimum: 1 },
    inquiry: { type: 'boolean', default: false },
  },
};

/** Registers POST /control/disputes: a buyer who goes to their bank later than at once. */
export function registerDisputeControl(app: FastifyInstance, parts: HostedPageParts): void {
  app.post<{ Body: { charge: string; reason: string; amount?: number; inquiry: boolean } }>(
    '/control/disputes',
    { schema: { body: wish } },
    async (request, reply) => {
      const { charge, ...plan } = request.body;
      try {
        return await parts.transact(request, (work) => openDispute(work, work.require('charge', charge), plan));
      } catch (error) {
        if (error instanceof StripeFault) return reply.code(error.status).send({ error: error.body });
        throw error;
      }
    },
  );
}
