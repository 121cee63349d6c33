// Where a server is killed: at commits, told apart by the event that they write, and at calls to the payment provider.
import type { Judge } from './proxy.ts';

/** `before`: what was about to happen has not; `after`: it has, and nobody has heard of it. */
export type CrashPoint = { readonly name: string; readonly when: 'before' | 'after' };

export const nameOf = ({ name, when }: CrashPoint): string => `${name}:${when}`;

const COMMITS = [
  'offer.made',
  'auction.opened',
  'auction.changed',
  'auction.closed',
  'lock.held',
  'lock.paid',
  'lock.released',
  'payment.captured',
  'payment.session_expired',
  'payment.late_refunded',
  'payment.refunded',
  'order.placed',
  'order.shipped',
  'order.delivered',
  'order.completed',
  'order.cancelled',
  'dispute.changed',
] as const;

/** Commits that write no event of their own, by what their statements say. */
const STATEMENTS: Readonly<Record<string, RegExp>> = {
  'webhook.received': /insert into provider_events/i,
  'checkout.prepared': /insert into "?payments/i,
  'checkout.finalized': /session_url/,
  'transfer.prepared': /insert into "?transfers/i,
  'reversal.prepared': /insert into transfer_reversals/i,
};

const CALLS: Readonly<Record<string, RegExp>> = {
  'provider.session_created': /^POST \S+\/v1\/checkout\/sessions HTTP/,
  'provider.session_expired': /^POST \S+\/v1\/checkout\/sessions\/\w+\/expire/,
  'provider.refunded': /^POST \S+\/v1\/refunds/,
  'provider.transferred': /^POST \S+\/v1\/transfers HTTP/,
  'provider.reversed': /^POST \S+\/v1\/transfers\/\w+\/reversals/,
  'provider.evidence_sent': /^POST \S+\/v1\/disputes\/\w+ HTTP/,
};

export const crashPoints: readonly CrashPoint[] = [
  ...COMMITS,
  ...Object.keys(STATEMENTS),
  ...Object.keys(CALLS),
].flatMap((name) => [
  { name, when: 'before' },
  { name, when: 'after' },
]);

/** A simple query of PostgreSQL's protocol: 'Q', four bytes of length, the text, a zero. */
const isQuery = (asked: string, word: string) => asked[0] === 'Q' && asked.slice(5, 5 + word.length) === word;

/** Whether bytes to PostgreSQL begin a transaction. */
export const beginsTransaction = (asked: string): boolean => isQuery(asked, 'begin');

export type Armed = {
  /** Points at which the next server to come by is killed. */
  points: readonly CrashPoint[];
  /** How often each point was met, by `name:when`. */
  readonly met: Map<string, number>;
};

const judgeBy =
  (armed: Armed, kill: () => void, met: (name: string, asked: string, said: string) => boolean): Judge =>
  (asked, said) => {
    const point = armed.points.find(({ name }) => met(name, asked, said));
    if (!point) return 'pass';
    armed.points = armed.points.filter((each) => each !== point);
    const name = nameOf(point);
    armed.met.set(name, (armed.met.get(name) ?? 0) + 1);
    return { do: point.when === 'before' ? 'lose-question' : 'lose-answer', and: kill };
  };

/** For what one server asks of PostgreSQL. */
export const judgeDatabase = (armed: Armed, kill: () => void): Judge =>
  judgeBy(armed, kill, (name, asked, said) => {
    if (!isQuery(asked, 'commit')) return false;
    const statement = STATEMENTS[name];
    return statement ? statement.test(said) : !(name in CALLS) && emits(said, name);
  });

/** An event's type is among the first parameters of the statement that adds it to the outbox. */
const emits = (said: string, type: string): boolean =>
  said
    .split('insert into outbox')
    .slice(1)
    .some((rest) => rest.slice(0, 6_000).includes(type));

/** For what one server asks of the payment provider. */
export const judgeProvider = (armed: Armed, kill: () => void): Judge =>
  judgeBy(armed, kill, (name, asked) => CALLS[name]?.test(asked) ?? false);
