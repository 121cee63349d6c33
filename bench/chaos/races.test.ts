// The races of the specification by their names: two server processes, real PostgreSQL, both at the same moment.
import { randomUUID } from 'node:crypto';
import { money } from '@videowindow/contract/money';
import { payCheckout } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../apps/server/src/testing/eventually.ts';
import { rounds } from '../../apps/server/src/testing/rounds.ts';
import { isReplay, openAuction } from '../bids/arena.ts';
import { listStory, termsOf } from './market-day.ts';
import { becomeMaker, type Failures, invite, type Outcome, type Person, stubborn } from './people.ts';
import { createRandom } from './random.ts';
import { openStage, type Stage } from './stage.ts';

const ROUNDS = 50;
/** A thousand rounds are the same fifty, twenty times: what waits together in a test stays as much as it is every day. */
const AGAIN = { repeats: rounds(0, 19) };
const AT_ONCE = 8;
const HOUR = 3_600_000;
const PATIENCE_MS = 30_000;
const usd = (amount: number) => money(amount, 'USD');

let stage: Stage;
let maker: Person;
let moderator: Person;
let admin: Person;
let opener: Person;
let anna: Person;
let bruno: Person;
const random = createRandom(1);
const failures: Failures = { internal: [], silent: 0 };

beforeAll(async () => {
  stage = await openStage(() => {});
  [maker, opener] = (await invite(stage, random, ['maker', 'opener'])) as [Person, Person];
  [moderator] = (await invite(stage, random, ['moderator'], ['moderator'])) as [Person];
  [admin] = (await invite(stage, random, ['admin'], ['admin'])) as [Person];
  await becomeMaker(maker, failures);
});
beforeEach(async () => {
  // Who did not pay in one race has a strike, and may not bid in the next.
  [anna, bruno] = (await guests(2)) as [Person, Person];
});
afterAll(async () => {
  await stage?.close();
});

let invited = 0;
const guests = (count: number): Promise<Person[]> =>
  invite(
    stage,
    random,
    Array.from({ length: count }, () => `guest.${invited++}`),
  );

/** So many rounds, a few of them at the same time. */
const repeat = async (round: (n: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const hand = async () => {
    for (let n = next++; n < ROUNDS; n = next++) await round(n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  expect(failures).toEqual({ internal: [], silent: 0 });
};

const open = (more: Parameters<typeof openAuction>[3] = {}, by = opener) =>
  openAuction(stage.app, { makerId: maker.id, bidders: [{ id: by.id, cookie: '' }] }, 24, more);

const ask = <T>(call: () => Promise<T>): Promise<Outcome<T>> => stubborn(failures, call);
/** What A is asked and what B is asked, neither waiting for the other; which goes first changes. */
const both = async <A, B>(
  n: number,
  one: (server: number) => Promise<A>,
  other: (server: number) => Promise<B>,
): Promise<[A, B]> => {
  const server = n % 2;
  if (n % 4 < 2) return await Promise.all([one(server), other(1 - server)]);
  const second = other(1 - server);
  return [await one(server), await second];
};

const bid = (person: Person, server: number, id: string, amount: number) => {
  const idempotencyKey = randomUUID();
  return ask(() =>
    person.at(server).call('POST /auctions/:id/bids', {
      params: { id },
      body: { amount: usd(amount) },
      idempotencyKey,
    }),
  );
};
const accept = (server: number, id: string, expectedSeq: number) => {
  const idempotencyKey = randomUUID();
  return ask(() =>
    maker.at(server).call('POST /auctions/:id/accept', { params: { id }, body: { expectedSeq }, idempotencyKey }),
  );
};
const read = async (id: string) => await maker.client.call('GET /auctions/:id', { params: { id } });
const rowsOf = <T>(query: string, ...values: unknown[]): Promise<T[]> => stage.look<T>(query, ...values);
const kindsOf = async (id: string) =>
  (await rowsOf<{ kind: string }>('select kind from auction_log where auction_id = $1 order by seq', id)).map(
    ({ kind }) => kind,
  );
const wasRefused = (answer: Outcome<unknown>, ...codes: string[]) => !answer.ok && codes.includes(answer.code);

/** The lock of an auction that the maker has just closed for its leader. */
const lockOf = async (id: string): Promise<string> => {
  const [row] = await rowsOf<{ id: string }>(
    `select id from locks where auction_id = $1 and state <> 'released' order by id desc limit 1`,
    id,
  );
  if (!row) throw new Error(`auction ${id} has no lock`);
  return row.id;
};
/** The maker takes what the only bidder has opened with. */
const sellTo = async (person: Person): Promise<string> => {
  const auction = await open({}, person);
  const [row] = await rowsOf<{ seq: number }>('select max(seq) as seq from auction_log where auction_id = $1', auction);
  expect((await accept(1, auction, row?.seq ?? 0)).ok).toBe(true);
  return lockOf(auction);
};
/** The same against a rival, who comes second. */
const sellBefore = async (person: Person): Promise<string> => {
  const auction = await open();
  expect((await bid(person, 0, auction, 12_000)).ok).toBe(true);
  expect((await accept(1, auction, (await read(auction)).seq)).ok).toBe(true);
  return auction;
};
/** The provider's page, asked past the proxies. */
const atSandbox = (url: string): string => url.replace(/^http:\/\/[^/]+/, stage.sandboxUrl);
const checkout = async (person: Person, server: number, lock: string): Promise<string> => {
  const idempotencyKey = randomUUID();
  const session = await ask(() =>
    person.at(server).call('POST /locks/:id/checkout', {
      params: { id: lock },
      body: { delivery: 'pickup' },
      idempotencyKey,
    }),
  );
  if (!session.ok) throw new Error(`no checkout: ${session.code}`);
  return atSandbox(session.value.url);
};
/** The lock of a sale that is paid. */
const sellPaid = async (n: number): Promise<string> => {
  const lock = await sellTo(bruno);
  expect((await payCheckout(await checkout(bruno, n % 2, lock))).status).toBe(303);
  await eventually(async () => expect(await stateOf(lock)).toBe('paid'), PATIENCE_MS);
  return lock;
};
/** Locks of sales that one race has paid and another may go on with: each is much work. */
const paid: string[] = [];
const stateOf = async (lock: string) =>
  (await rowsOf<{ state: string }>('select state from locks where id = $1', lock))[0]?.state;

describe('at the same moment, in two processes', AGAIN, () => {
  test(
    'BidBid: of two equal bids one is taken',
    () =>
      repeat(async (n) => {
        const id = await open();

        const [one, other] = await both(
          n,
          (server) => bid(anna, server, id, 12_000),
          (server) => bid(bruno, server, id, 12_000),
        );

        expect([one.ok, other.ok].filter(Boolean)).toHaveLength(1);
        expect(wasRefused(one.ok ? other : one, 'bid_too_low')).toBe(true);
        expect(await isReplay(stage.app, id)).toBe(true);
      }),
    120_000,
  );

  test(
    'BidAccept: the maker sells at the price they saw, or not at all',
    () =>
      repeat(async (n) => {
        const id = await open();
        const { seq } = await read(id);

        const [bidden, accepted] = await both(
          n,
          (server) => bid(anna, server, id, 12_000),
          (server) => accept(server, id, seq),
        );

        if (accepted.ok) {
          expect(wasRefused(bidden, 'auction_not_live', 'auction_ended')).toBe(true);
          expect(accepted.value.price.amount).toBe(10_000);
        } else {
          expect(accepted.code).toBe('version_conflict');
          expect(bidden.ok).toBe(true);
        }
        expect(await isReplay(stage.app, id)).toBe(true);
      }),
    120_000,
  );

  test(
    'BidCancel: after the end nobody has bid',
    () =>
      repeat(async (n) => {
        const id = await open();

        const [bidden, cancelled] = await both(
          n,
          (server) => bid(anna, server, id, 12_000),
          (server) => ask(() => maker.at(server).call('POST /auctions/:id/cancel', { params: { id } })),
        );

        expect(cancelled.ok).toBe(true);
        const kinds = await kindsOf(id);
        expect(kinds.at(-1)).toBe('cancelled');
        expect(kinds.filter((kind) => kind === 'bid')).toHaveLength(bidden.ok ? 2 : 1);
        expect(await isReplay(stage.app, id)).toBe(true);
      }),
    120_000,
  );

  test(
    'BidSuspend: while the clock stands nobody bids',
    () =>
      repeat(async (n) => {
        const id = await open();

        const [bidden, suspended] = await both(
          n,
          (server) => bid(anna, server, id, 12_000),
          (server) =>
            ask(() =>
              moderator.at(server).call('POST /auctions/:id/suspend', {
                params: { id },
                body: { reason: 'A report.' },
              }),
            ),
        );

        expect(suspended.ok).toBe(true);
        expect((await kindsOf(id)).at(-1)).toBe('suspended');
        expect(bidden.ok || wasRefused(bidden, 'auction_not_live')).toBe(true);
        expect(wasRefused(await bid(bruno, 0, id, 15_000), 'auction_not_live')).toBe(true);
        expect(await isReplay(stage.app, id)).toBe(true);
      }),
    120_000,
  );

  test('BlockLeader: who was blocked leads no more', async () => {
    await repeat(async (n) => {
      const id = await open();
      const [rude] = (await guests(1)) as [Person];
      await bid(rude, 0, id, 12_000);
      const { me: _me, leader } = await read(id);

      const [again, blocked] = await both(
        n,
        (server) => bid(rude, server, id, 14_000),
        (server) =>
          ask(() =>
            maker.at(server).call('POST /auctions/:id/block', {
              params: { id },
              body: { bidder: leader?.bidder ?? 0 },
            }),
          ),
      );

      expect(blocked.ok).toBe(true);
      expect(again.ok || wasRefused(again, 'bidder_blocked', 'not_found')).toBe(true);
      const after = await read(id);
      expect(after.leader?.bidder).not.toBe(leader?.bidder);
      expect(after.price.amount).toBe(10_000);
      expect(await isReplay(stage.app, id)).toBe(true);
    });
  }, 120_000);

  test('BidClose: a bid is in time or the hammer has fallen', async () => {
    const ids = await Promise.all(Array.from({ length: ROUNDS }, () => open()));
    const [span] = await rowsOf<{ ms: number }>(
      `select extract(epoch from min(ends_at) - app_now())::float8 * 1000 as ms from auctions where id = any($1)`,
      ids,
    );
    await stage.pass(Math.floor((span?.ms ?? 0) - 200));

    const bids = await Promise.all(ids.map((id, n) => bid(n % 2 ? anna : bruno, n % 2, id, 12_000)));

    await eventually(async () => {
      const due = await rowsOf(
        `select id from auctions where id = any($1) and state = 'live' and ends_at < app_now()`,
        ids,
      );
      expect(due).toEqual([]);
    }, PATIENCE_MS);
    for (const [n, id] of ids.entries()) {
      const taken = bids[n]?.ok === true;
      const kinds = await kindsOf(id);
      expect(kinds.filter((kind) => kind === 'bid')).toHaveLength(taken ? 2 : 1);
      expect(kinds.includes('closed')).toBe(!taken); // a bid in the last minutes moves the end
      expect(await isReplay(stage.app, id)).toBe(true);
    }
    await stage.pass(HOUR); // those close now
  }, 120_000);

  test('DoubleWebhook: told three times, paid once', async () => {
    await stage.setWebhookFaults([{ times: 'always', fault: { kind: 'duplicate', copies: 3 } }]);
    const sold: string[] = [];
    await repeat(async (n) => {
      const lock = await sellTo(anna);
      const page = await checkout(anna, n % 2, lock);

      expect((await payCheckout(page)).status).toBe(303);
      sold.push(lock);
    });

    await eventually(async () => {
      expect(await rowsOf(`select id from locks where id = any($1) and state <> 'paid'`, sold)).toEqual([]);
      const orders = await rowsOf<{ lock: string }>('select lock_id as lock from orders where lock_id = any($1)', sold);
      expect(orders.map(({ lock }) => lock).sort()).toEqual(sold.toSorted());
    }, PATIENCE_MS);
    const doubled = await rowsOf(
      `select p.lock_id, e.kind, count(*) from ledger_entries e join payments p on p.id = e.payment_id
       where p.lock_id = any($1) group by p.lock_id, e.kind having count(*) > 1`,
      sold,
    );
    expect(doubled).toEqual([]);
    paid.push(...sold);
    await stage.setWebhookFaults([]);
  }, 240_000);

  test('WebhookBeforeReturn: whoever is back before or after the webhook finds the same order, and pays once', async () => {
    const sales: { lock: string; page: string }[] = [];
    await repeat(async (n) => {
      const lock = await sellTo(anna);
      sales[n] = { lock, page: await checkout(anna, n % 2, lock) };
    });
    const pay = async (n: number) => expect((await payCheckout(sales[n]?.page ?? '')).status).toBe(303);
    // In every other round the webhook is first.
    await repeat(async (n) => (n % 2 === 0 ? await pay(n) : undefined));
    const told = sales.filter((_sale, n) => n % 2 === 0).map(({ lock }) => lock);
    await eventually(async () => {
      expect(await rowsOf(`select id from locks where id = any($1) and state <> 'paid'`, told)).toEqual([]);
    }, PATIENCE_MS);

    await repeat(async (n) => {
      const { lock = '', page = '' } = sales[n] ?? {};
      if (n % 2 === 1) await pay(n);
      // The browser is back: the page that waits, and, at the other server, an impatient second press on Pay.
      const [seen, again] = await both(
        n,
        (server) => ask(() => anna.at(server).call('GET /locks/:id', { params: { id: lock } })),
        (server) => {
          const idempotencyKey = randomUUID();
          const input = { params: { id: lock }, body: { delivery: 'pickup' as const }, idempotencyKey };
          return ask(() => anna.at(server).call('POST /locks/:id/checkout', input));
        },
      );

      expect(seen.ok && (n % 2 === 0 ? ['paid'] : ['checkout_open', 'paid']).includes(seen.value.state)).toBe(true);
      // Until the webhook is here the same page is named once more; no other one that could be paid too.
      if (again.ok) expect([n % 2, atSandbox(again.value.url)]).toEqual([1, page]);
      else expect(wasRefused(again, 'checkout_in_progress', 'invalid_transition')).toBe(true);
    });

    const all = sales.map(({ lock }) => lock);
    await eventually(async () => {
      expect(await rowsOf('select id from orders where lock_id = any($1)', all)).toHaveLength(ROUNDS);
    }, PATIENCE_MS);
    expect(await rowsOf('select state from payments where lock_id = any($1)', all)).toEqual(
      all.map(() => ({ state: 'captured' })),
    );
  }, 240_000);

  test('LockExpirePaid: paid in time, or paid back', async () => {
    const late = await guests(ROUNDS);
    const sales = await Promise.all(late.map((person) => sellTo(person)));
    const pages = await Promise.all(
      sales.map((lock, n) => checkout(late[n] as Person, n % 2, lock)), // one for each
    );
    const [span] = await rowsOf<{ ms: number }>(
      `select extract(epoch from min(expires_at) - app_now())::float8 * 1000 as ms from locks where id = any($1)`,
      sales,
    );
    await stage.pass(Math.floor((span?.ms ?? 0) - 300));

    const paid = await Promise.all(pages.map((page) => payCheckout(page)));

    for (const [n, lock] of sales.entries()) {
      await eventually(async () => expect(['paid', 'released']).toContain(await stateOf(lock)), PATIENCE_MS);
      const orders = await rowsOf('select id from orders where lock_id = $1', lock);
      const refunds = await rowsOf(
        `select r.id from refunds r join payments p on p.id = r.payment_id where p.lock_id = $1`,
        lock,
      );
      const took = paid[n]?.status === 303 ? 1 : 0;
      expect(orders.length + refunds.length).toBe(took);
    }
  }, 240_000);

  test('SecondChanceRelist: the maker chooses once', async () => {
    const late = await guests(ROUNDS);
    const sales = await Promise.all(late.map((person) => sellBefore(person)));
    await stage.pass(49 * HOUR);
    await eventually(async () => {
      const waiting = await rowsOf(
        `select id from auctions where id = any($1) and standing ->> 'decideBy' is null`,
        sales,
      );
      expect(waiting).toEqual([]);
    }, PATIENCE_MS);
    const choose = (id: string, choice: 'ask' | 'relist') => (server: number) =>
      ask(() => maker.at(server).call('POST /auctions/:id/second-chance', { params: { id }, body: { choice } }));

    await repeat(async (n) => {
      const id = sales[n] ?? '';
      const [asked, relisted] = await both(n, choose(id, 'ask'), choose(id, 'relist'));

      expect([asked.ok, relisted.ok].filter(Boolean)).toHaveLength(1);
      expect(wasRefused(asked.ok ? relisted : asked, 'invalid_transition')).toBe(true);
      const held = await rowsOf(`select id from locks where auction_id = $1 and state <> 'released'`, id);
      expect(held).toHaveLength(asked.ok ? 1 : 0);
      expect(await isReplay(stage.app, id)).toBe(true);
    });
  }, 240_000);

  test(
    'BuyNowBid: whoever has paid has it, and bidding goes on until then',
    () =>
      repeat(async (n) => {
        const id = await open({ buyNow: usd(20_000) });
        const idempotencyKey = randomUUID();
        const tried = await ask(() =>
          bruno.client.call('POST /auctions/:id/buy-now', { params: { id }, idempotencyKey }),
        );
        expect(tried.ok).toBe(true);
        const lock = await lockOf(id);
        const page = await checkout(bruno, n % 2, lock);

        const [payment, bidden] = await Promise.all([payCheckout(page), bid(anna, n % 2, id, 11_000)]);

        expect(payment.status).toBe(303);
        expect(bidden.ok || wasRefused(bidden, 'auction_not_live', 'auction_ended')).toBe(true);
        await eventually(async () => {
          expect(await rowsOf('select id from orders where lock_id = $1', lock)).toHaveLength(1);
        }, PATIENCE_MS);
        expect((await kindsOf(id)).filter((kind) => kind === 'bid')).toHaveLength(bidden.ok ? 2 : 1);
        expect(await rowsOf(`select id from locks where auction_id = $1 and state <> 'released'`, id)).toHaveLength(1);
        expect(wasRefused(await bid(anna, 1, id, 15_000), 'auction_not_live', 'auction_ended')).toBe(true);
        expect(await isReplay(stage.app, id)).toBe(true);
        paid.push(lock);
      }),
    240_000,
  );

  test(
    'RefundRefund: never more than was paid',
    () =>
      repeat(async (n) => {
        const lock = paid.pop() ?? (await sellPaid(n));
        const [payment] = await rowsOf<{ id: string; amount: number }>(
          `select id, amount from payments where lock_id = $1 and captured_at is not null`,
          lock,
        );
        const { id = '', amount = 0 } = payment ?? {};
        const giveBack = (server: number) => {
          const idempotencyKey = randomUUID();
          return ask(() =>
            admin.at(server).call('POST /payments/:id/refund', {
              params: { id },
              body: { amount: usd(Math.ceil(Number(amount) * 0.6)), reason: 'goodwill' },
              idempotencyKey,
            }),
          );
        };

        const [one, other] = await both(n, giveBack, giveBack);

        expect([one.ok, other.ok].filter(Boolean)).toHaveLength(1);
        expect(wasRefused(one.ok ? other : one, 'refund_exceeds_captured')).toBe(true);
        const [sum] = await rowsOf<{ sum: number }>(
          `select coalesce(sum(amount), 0)::int as sum from refunds where payment_id = $1`,
          id,
        );
        expect(sum?.sum).toBeLessThanOrEqual(Number(amount));
      }),
    240_000,
  );

  test(
    'TwoCartsOneUnit: the last one is sold once',
    () =>
      repeat(async (n) => {
        const storyId = await listStory(stage, maker);
        const listed = await ask(() =>
          maker.client.call('PUT /stories/:storyId/listing', { params: { storyId }, body: termsOf(true, 1) }),
        );
        if (!listed.ok) throw new Error(`not listed: ${listed.code}`);
        const { id, variants } = listed.value;
        const body = { variantId: variants[0]?.id ?? '', quantity: 1, country: 'US' };
        const buy = (person: Person) => (server: number) => {
          const idempotencyKey = randomUUID();
          return ask(() => person.at(server).call('POST /listings/:id/buy', { params: { id }, body, idempotencyKey }));
        };

        const [one, other] = await both(n, buy(anna), buy(bruno));

        expect([one.ok, other.ok].filter(Boolean)).toHaveLength(1);
        expect(wasRefused(one.ok ? other : one, 'sold_out', 'listing_locked')).toBe(true);
        const units = await rowsOf('select units_free, units_held from listings where id = $1', id);
        expect(units).toEqual([{ units_free: 0, units_held: 1 }]);
      }),
    120_000,
  );
});

/** A new server is the dear part of a kill, so each one hits many sales at once: those that it stops in their middle, and their neighbours. */
describe('killed in the middle', AGAIN, () => {
  const AT_A_KILL = 25;
  const KILLS = ROUNDS / AT_A_KILL;
  const kills = () => [...stage.armed.met.values()].reduce((sum, count) => sum + count, 0);
  const many = <T>(make: (n: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: AT_A_KILL }, (_, n) => make(n)));

  test('KillMidClose: the hammer falls once, before or after', async () => {
    for (let n = 0; n < KILLS; n++) {
      const ids = await many(() => open({}, bruno));
      stage.armed.points = [{ name: 'auction.closed', when: n % 2 ? 'before' : 'after' }];
      const before = kills();
      await stage.pass(25 * HOUR);

      await eventually(async () => {
        const rows = await rowsOf(`select from auctions where id = any($1) and state = 'closing'`, ids);
        expect(rows).toHaveLength(AT_A_KILL);
      }, PATIENCE_MS * 2);

      expect(kills()).toBe(before + 1);
      for (const id of ids) {
        expect(await rowsOf(`select id from locks where auction_id = $1`, id)).toHaveLength(1);
        expect((await kindsOf(id)).filter((kind) => kind === 'closed')).toHaveLength(1);
        expect(await isReplay(stage.app, id)).toBe(true);
      }
      await stage.calm();
    }
  }, 240_000);

  test('KillMidFinalize: paid in checkouts that the killed server never heard of', async () => {
    for (let n = 0; n < KILLS; n++) {
      const server = n % 2;
      const locks = await many(() => sellTo(anna));
      stage.armed.points = [{ name: 'provider.session_created', when: 'after' }];
      const before = kills();
      const asked = await Promise.allSettled(
        locks.map((id) =>
          anna.at(server).call('POST /locks/:id/checkout', {
            params: { id },
            body: { delivery: 'pickup' },
            idempotencyKey: randomUUID(),
          }),
        ),
      );
      expect(kills()).toBe(before + 1);
      const unheard = locks.filter((_, index) => asked[index]?.status === 'rejected');
      const made = (await newestSessions()).filter(({ metadata }) => unheard.includes(metadata.lock));
      expect(made.length).toBeGreaterThan(0);

      // Who has been led to the provider pays there; whom nobody answered asks again.
      await Promise.all(
        locks.map(async (lock) => {
          const session = made.find(({ metadata }) => metadata.lock === lock);
          const page = session ? atSandbox(session.url) : await checkout(anna, 1 - server, lock);
          expect((await payCheckout(page)).status).toBe(303);
        }),
      );

      for (const lock of locks) {
        await eventually(async () => expect(await stateOf(lock)).toBe('paid'), PATIENCE_MS * 3);
        expect(await rowsOf('select id from orders where lock_id = $1', lock)).toHaveLength(1);
        expect(await rowsOf('select id from payments where lock_id = $1', lock)).toHaveLength(1);
      }
      await stage.calm();
    }
  }, 240_000);

  const newestSessions = async (): Promise<{ url: string; metadata: { lock: string } }[]> =>
    (await stage.stripe<{ data: { url: string; metadata: { lock: string } }[] }>('/v1/checkout/sessions?limit=100'))
      .data;
});

/** Last of all: days go by until banks have decided, and what was sold before falls due meanwhile. */
describe('at the same moment, decided much later', AGAIN, () => {
  test('RefundDispute: a refund and a chargeback of one payment never give back more than was paid', async () => {
    const sold: { payment: string; charge: string; amount: number }[] = [];
    await repeat(async (n) => {
      const lock = paid.pop() ?? (await sellPaid(n));
      const [payment] = await rowsOf<{ id: string; charge: string; amount: number }>(
        `select id, charge_id as charge, amount from payments where lock_id = $1 and captured_at is not null`,
        lock,
      );
      if (!payment) throw new Error('whoever has paid has a payment');
      const { id, charge, amount } = payment;
      sold.push({ payment: id, charge, amount });
      const idempotencyKey = randomUUID();
      const refund = (server: number) =>
        ask(() =>
          admin.at(server).call('POST /payments/:id/refund', {
            params: { id },
            body: { amount: usd(amount), reason: 'goodwill' },
            idempotencyKey,
          }),
        );
      // The bank may find everything given back already.
      const bank = () => stage.control('POST', '/disputes', { charge }).catch(() => null);

      const [refunded] = await both(n, refund, bank);

      expect(refunded.ok || wasRefused(refunded, 'refund_exceeds_captured', 'invalid_transition')).toBe(true);
    });

    await stage.pass(9 * 24 * HOUR); // banks decide within a week

    for (const { payment, charge, amount } of sold) {
      await eventually(async () => {
        const { amount_refunded: refunded } = await stage.stripe<{ amount_refunded: number }>(`/v1/charges/${charge}`);
        const [taken] = await rowsOf<{ sum: number }>(
          `select coalesce(sum(amount), 0)::int as sum from disputes where payment_id = $1 and state = 'lost'`,
          payment,
        );
        expect(refunded + (taken?.sum ?? 0)).toBe(amount);
      }, PATIENCE_MS);
    }
    const payments = sold.map(({ payment }) => payment);
    // The provider has said its word of each; that we have heard it takes a moment more.
    await eventually(async () => {
      const hanging = await rowsOf(`select id from refunds where payment_id = any($1) and state = 'wanted'`, payments);
      expect(hanging).toEqual([]);
    }, PATIENCE_MS);
    const [books] = await rowsOf<{ sum: number }>(
      `select coalesce(sum(l.amount), 0)::int as sum
       from ledger_entries e join ledger_lines l on l.entry_id = e.id where e.payment_id = any($1)`,
      payments,
    );
    expect(books?.sum).toBe(0);
  }, 240_000);
});
