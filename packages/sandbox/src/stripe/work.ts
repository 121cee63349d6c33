// One request's work on the sandbox's Stripe: typed reads and writes, new ids, and events, all in one transaction.
import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import type { ListQuery, Store, Stored } from '../store.ts';
import { invalid, missing, missingReference } from './faults.ts';
import type { Deliveries } from './webhooks.ts';

/** The only API version spoken: the one that stripe 23.1.0 is generated from. */
export const API_VERSION = '2026-10-28.endive';

/** What is stored under which kind. Objects have the shape that goes on the wire, with ids where Stripe can expand. */
export interface Kinds {
  account: Stripe.Account;
  account_link: AccountLinkRecord;
  balance_transaction: Stripe.BalanceTransaction;
  bank_answer: BankAnswer;
  bank_debit: BankDebit;
  charge: Stripe.Charge;
  'checkout.session': Stripe.Checkout.Session;
  checkout_plan: CheckoutPlan;
  customer: Stripe.Customer;
  dispute: Stripe.Dispute;
  event: Stripe.EventBase;
  file: Stripe.File;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  payout: Stripe.Payout;
  refund: Stripe.Refund;
  setup_intent: Stripe.SetupIntent;
  transfer: Stripe.Transfer;
  transfer_reversal: Stripe.TransferReversal;
}

/** What a session was asked for and the public object doesn't show. */
export interface CheckoutPlan {
  readonly lineItems: Stripe.LineItem[];
  readonly lineImages: (string | null)[];
  readonly intent: {
    description: string | null;
    metadata: Record<string, string>;
    receipt_email: string | null;
    statement_descriptor_suffix: string | null;
    transfer_group: string | null;
  };
}

/** What a bank will say of a refund, and when. */
export interface BankAnswer {
  readonly refund: string;
  readonly due_at: number;
  readonly says: 'taken' | 'failed';
  readonly state: 'waiting' | 'given';
}

/** Money that a bank has promised to a checkout session: whether it comes, and when that is known. */
export interface BankDebit {
  readonly session: string;
  readonly due_at: number;
  readonly account: string;
  readonly state: 'waiting' | 'over';
}

/** An onboarding link: `secret` is in its URL; `visit` is the running page once it has been opened. */
export interface AccountLinkRecord {
  readonly account: string;
  readonly created: number;
  readonly expires_at: number;
  readonly refresh_url: string;
  readonly return_url: string;
  readonly visit: string | null;
  readonly done: boolean;
}

/** How people say a kind in 'No such …'. */
const NOUNS: Record<keyof Kinds, string> = {
  account: 'account',
  account_link: 'account link',
  balance_transaction: 'balance transaction',
  bank_answer: 'refund',
  bank_debit: 'checkout.session',
  charge: 'charge',
  'checkout.session': 'checkout.session',
  checkout_plan: 'checkout.session',
  customer: 'customer',
  dispute: 'dispute',
  event: 'event',
  file: 'file upload',
  payment_intent: 'payment_intent',
  payment_method: 'PaymentMethod',
  payout: 'payout',
  refund: 'refund',
  setup_intent: 'setupintent',
  transfer: 'transfer',
  transfer_reversal: 'transfer reversal',
};

export interface Cause {
  /** The request id (req_…) and idempotency key that an event names as its cause. */
  readonly id: string | null;
  readonly idempotency_key: string | null;
}

export interface Work {
  /** Seconds since 1970 by the sandbox's clock. */
  readonly now: number;
  /** Whose objects these are: '' for the platform, acct_… when the request named a connected account. */
  readonly account: string;
  /** Where the hosted pages are, such as http://127.0.0.1:8080/sandbox/stripe */
  readonly pages: string;
  find<K extends keyof Kinds>(kind: K, id: string): Kinds[K] | undefined;
  /** The object that the path names, or 404. */
  require<K extends keyof Kinds>(kind: K, id: string, param?: string): Kinds[K];
  /** The object that a parameter names, or 400. */
  refer<K extends keyof Kinds>(kind: K, id: string, param: string): Kinds[K];
  list<K extends keyof Kinds>(kind: K, query?: ListQuery): Stored<Kinds[K]>[];
  put<K extends keyof Kinds>(kind: K, id: string, value: Kinds[K], account?: string): void;
  /** Records an event and queues its webhook; `account` given means the Connect endpoint. */
  emit(type: Stripe.Event.Type, object: object, options?: { account?: string; previous?: object }): void;
  /** The same work, on the objects of another account ('' for the platform). */
  as(account: string): Work;
}

/** An id as Stripe makes them: the prefix and `length` letters and digits. */
export function newId(prefix: string, length = 24): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return prefix + Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('');
}

export interface WorkPlace {
  readonly store: Store;
  readonly deliveries: Deliveries;
  readonly now: number;
  readonly account: string;
  readonly pages: string;
  readonly cause: Cause | null;
}

/** Must be used inside `place.store.transaction`. */
export function startWork(place: WorkPlace): Work {
  const { store, account } = place;
  const work: Work = {
    now: place.now,
    account,
    pages: place.pages,
    find(kind, id) {
      return store.accountOf(kind, id) === account ? store.get(kind, id) : undefined;
    },
    require(kind, id, param = 'id') {
      const found = work.find(kind, id);
      if (found === undefined) throw missing(NOUNS[kind], id, param);
      return found;
    },
    refer(kind, id, param) {
      const found = work.find(kind, id);
      if (found === undefined) throw missingReference(NOUNS[kind], id, param);
      return found;
    },
    list(kind, query = {}) {
      for (const param of ['after', 'before'] as const) {
        const cursor = query[param];
        if (cursor !== undefined && store.accountOf(kind, cursor) !== account) {
          const name = param === 'after' ? 'starting_after' : 'ending_before';
          throw invalid(`No such ${NOUNS[kind]}: '${cursor}'`, name, 'resource_missing');
        }
      }
      return store.list(kind, { account, ...query });
    },
    put(kind, id, value, owner = account) {
      store.put(kind, id, value, owner);
    },
    emit(type, object, options = {}) {
      const event = eventOf(type, object, place, options);
      store.put('event', event.id, event, options.account ?? '');
      place.deliveries.queue(event);
    },
    as(other) {
      return startWork({ ...place, account: other });
    },
  };
  return work;
}

function eventOf(
  type: Stripe.Event.Type,
  object: object,
  place: WorkPlace,
  options: { account?: string; previous?: object },
): Stripe.EventBase {
  return {
    id: newId('evt_1'),
    object: 'event',
    ...(options.account === undefined ? {} : { account: options.account }),
    api_version: API_VERSION,
    created: place.now,
    // The SDK types an event's object as an empty interface here; each caller passes the object that the type names.
    data: {
      object: structuredClone(object),
      ...(options.previous === undefined ? {} : { previous_attributes: options.previous }),
    },
    livemode: false,
    pending_webhooks: 1,
    request: place.cause,
    type,
  };
}
