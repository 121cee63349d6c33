import { randomUUID } from 'node:crypto';
import { money } from '@videowindow/contract/money';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase, shiftClock, sql } from '#platform/database';
import { createEvents, type Events, makePartitions } from '#platform/events';
import { createTelemetry } from '#platform/telemetry';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { problemOf } from './entry.ts';
import { feeInvoiceFile, feeInvoicesOf, issueFeeInvoices } from './fee-invoices.ts';
import {
  createLedger,
  disputeFeeEntry,
  disputeFrozenEntry,
  disputeGivenBackEntry,
  disputeLostEntry,
  disputeTakenEntry,
  disputeUnfrozenEntry,
  type Entry,
  type Ledger,
  type Line,
  nettingEntry,
  providerFeeEntry,
  quarantineEntry,
  refundEntry,
  refundSentEntry,
  reversalEntry,
  type Share,
  saleEntry,
  shortfallEntry,
  sumOf,
  transferEntry,
} from './index.ts';
import { monthFile, monthOf, monthsOf, yearOf } from './queries.ts';

const usd = (amount: number) => money(amount, 'USD');

let own: TestDatabase;
let database: Database;
let ledger: Ledger;
let events: Events;
const orders = new Map<string, { id: string; number: number; title: string }>();

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 4, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
  events = createEvents(database, createTelemetry({ level: 'fatal', role: 'test' }).log);
  await makePartitions(database);
  ledger = createLedger({
    database,
    events,
    currency: 'USD',
    ordersOfPayments: async () => orders,
    ownTaxOf: async () => new Map(),
    makerName: async () => 'Mara Kiln',
    seller: { name: 'The Window', lines: ['1 Kiln Lane'] },
  });
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const post = (entry: Entry) => database.transaction((tx) => ledger.post(tx, entry));
const shareOf = (makerId: string, payable: number, fee: number, tax = 0): Share => ({
  makerId,
  payable: usd(payable),
  fee: usd(fee),
  ...(tax > 0 && { tax: usd(tax) }),
});

/** A total and its shares. */
const sales = fc
  .array(fc.record({ makerId: fc.uuid(), payable: fc.nat(1_000_000), fee: fc.nat(100_000), tax: fc.nat(9) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((list) => ({
    shares: list.map(({ makerId, payable, fee, tax }) => shareOf(makerId, payable + 1, fee, tax)),
    total: usd(list.reduce((sum, { payable, fee, tax }) => sum + payable + 1 + fee + tax, 0)),
  }));

describe('the entries of a sale', () => {
  test('balance whatever the amounts, and a refund leaves nothing owed to anybody', () => {
    fc.assert(
      fc.property(sales, fc.integer({ min: 1, max: 10_000 }), ({ total, shares }, fee) => {
        const id = randomUUID();
        const entries = [
          saleEntry(id, total, shares),
          providerFeeEntry(id, usd(fee)),
          refundEntry(id, id, total, shares),
          refundSentEntry(id, 0, id, total),
          quarantineEntry(id, total),
          ...shares.map(({ makerId, payable }) => transferEntry(id, makerId, payable)),
        ];
        for (const entry of entries) expect(problemOf(entry.lines)).toBeNull();

        const lines = [
          saleEntry(id, total, shares),
          refundEntry(id, id, total, shares),
          refundSentEntry(id, 0, id, total),
        ].flatMap((entry) => entry.lines);
        const balances = new Map<string, number>();
        for (const { account, owner, amount } of lines) {
          const name = `${account} ${owner ?? ''}`;
          balances.set(name, (balances.get(name) ?? 0) + amount.amount);
        }
        expect([...balances.values()].every((balance) => balance === 0)).toBe(true);
      }),
    );
  });

  test.each([
    [
      'does not sum to zero',
      [
        { account: 'clearing', amount: usd(5) },
        { account: 'fee_revenue', amount: usd(-4) },
      ],
      'off by 1 USD',
    ],
    [
      'mixes currencies',
      [
        { account: 'clearing', amount: usd(5) },
        { account: 'fee_revenue', amount: money(-5, 'EUR') },
      ],
      'off by 5 USD',
    ],
    ['has one line', [{ account: 'clearing', amount: usd(0) }], 'at least two lines'],
    [
      'moves nothing',
      [
        { account: 'clearing', amount: usd(0) },
        { account: 'fee_revenue', amount: usd(0) },
      ],
      'moves nothing',
    ],
    [
      'owes nobody',
      [
        { account: 'clearing', amount: usd(5) },
        { account: 'maker_payable', amount: usd(-5) },
      ],
      'needs an owner',
    ],
  ] satisfies [string, Line[], string][])(
    'one that %s is refused before it is written',
    async (_name, lines, problem) => {
      expect(problemOf(lines)).toContain(problem);
      await expect(post({ kind: 'sale', key: randomUUID(), paymentId: null, lines })).rejects.toThrow(problem);
    },
  );
});

describe('the database', () => {
  const insert = (lines: { account: string; owner?: string; amount: number; currency?: string }[]) =>
    database.transaction(async (tx) => {
      const id = randomUUID();
      await sql`insert into ledger_entries (id, key, kind, digest, at) values (${id}, ${id}, 'sale', '', now())`.execute(
        tx,
      );
      for (const [index, line] of lines.entries()) {
        await sql`
          insert into ledger_lines (entry_id, line_no, account, owner_id, currency, amount)
          values (${id}, ${index}, ${line.account}, ${line.owner ?? null}, ${line.currency ?? 'USD'}, ${line.amount})`.execute(
          tx,
        );
      }
      return id;
    });

  test('commits no entry that is off, in any currency, or empty', async () => {
    await expect(
      insert([
        { account: 'clearing', amount: 5 },
        { account: 'fee_revenue', amount: -4 },
      ]),
    ).rejects.toThrow('off by 1 USD');
    await expect(
      insert([
        { account: 'clearing', amount: 5 },
        { account: 'fee_revenue', amount: -5, currency: 'EUR' },
      ]),
    ).rejects.toThrow('is off by');
    await expect(insert([])).rejects.toThrow('has no lines');
    await expect(
      insert([
        { account: 'clearing', amount: 5 },
        { account: 'maker_payable', amount: -5 },
      ]),
    ).rejects.toThrow('check');
  });

  test('takes no line into an entry that is done, and lets nothing be changed or deleted', async () => {
    const id = await insert([
      { account: 'clearing', amount: 5 },
      { account: 'fee_revenue', amount: -5 },
    ]);

    await expect(
      sql`insert into ledger_lines values (${id}, 9, 'clearing', null, 'USD', 1)`.execute(database.db),
    ).rejects.toThrow('off by 1 USD');
    await expect(sql`update ledger_lines set amount = 6 where entry_id = ${id}`.execute(database.db)).rejects.toThrow(
      'append-only',
    );
    await expect(sql`delete from ledger_lines where entry_id = ${id}`.execute(database.db)).rejects.toThrow(
      'append-only',
    );
    await expect(sql`update ledger_entries set kind = 'refund' where id = ${id}`.execute(database.db)).rejects.toThrow(
      'append-only',
    );
    await expect(sql`truncate ledger_entries cascade`.execute(database.db)).rejects.toThrow('append-only');
  });
});

describe('posting', () => {
  test('the same entry twice, even at once, writes it once', async () => {
    const paymentId = randomUUID();
    const makerId = randomUUID();
    const entry = saleEntry(paymentId, usd(8400), [shareOf(makerId, 7530, 870)]);

    const written = await Promise.all([post(entry), post(entry), post(entry)]);

    expect(written.filter(Boolean).length).toBe(1);
    expect(await ledger.balance(database.db, 'maker_payable', makerId)).toEqual(usd(-7530));
    await expect(post(saleEntry(paymentId, usd(8401), [shareOf(makerId, 7531, 870)]))).rejects.toThrow(
      'written otherwise',
    );
    const { rows } = await sql<object>`
      select action, facts -> 'moved' as moved from audit_log where subject = ${paymentId}`.execute(database.db);
    expect(rows).toEqual([{ action: 'money.sale', moved: [usd(8400)] }]);
  });
});

describe("a maker's statement", () => {
  test('explains every cent: what is held is the sum of its lines', async () => {
    const makerId = randomUUID();
    const [sold, returned, released] = [randomUUID(), randomUUID(), randomUUID()];
    orders.set(released, { id: randomUUID(), number: 1001, title: 'Moon jar' });
    const share = [shareOf(makerId, 7530, 870)];
    for (const id of [sold, returned, released]) await post(saleEntry(id, usd(8400), share));
    await post(refundEntry(returned, returned, usd(8400), share));
    await post(transferEntry(released, makerId, usd(7530)));

    const statement = await ledger.statement(database.db, makerId);

    expect(statement.held).toEqual(usd(7530));
    expect(statement.paidOut).toEqual(usd(7530));
    expect(statement.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['transfer', -7530],
      ['refund', -7530],
      ['sale', 7530],
      ['sale', 7530],
      ['sale', 7530],
    ]);
    expect(statement.lines[0]?.orderId).toBe(orders.get(released)?.id);
    expect(statement.lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(statement.held.amount);
  });
});

describe('statements by month', () => {
  const ownTax = new Map<string, number>();
  const reads = () => ({
    database,
    currency: 'USD',
    ordersOfPayments: async () => orders,
    ownTaxOf: async () => ownTax,
  });

  /** What may become of one sale; each step is posted when its turn comes, so that sales lie across each other. */
  const fates = {
    kept: [],
    refunded: ['refund'],
    paid: ['transfer'],
    disputedAndWon: ['taken', 'frozen', 'fee', 'givenBack', 'unfrozen', 'transfer'],
    disputedAndLost: ['taken', 'frozen', 'lost'],
    cameBack: ['transfer', 'taken', 'frozen', 'reversed', 'lost'],
    leftDebt: ['transfer', 'taken', 'frozen', 'debt', 'lost'],
    paidDebt: ['debtPaid'],
  } as const;
  type Step = 'sale' | (typeof fates)[keyof typeof fates][number];

  const entryOf = (step: Step, paymentId: string, share: Share): Entry => {
    const { makerId, payable } = share;
    const total = usd(sumOf(share));
    const of = { disputeId: paymentId, paymentId };
    switch (step) {
      case 'sale':
        return saleEntry(paymentId, total, [share]);
      case 'refund':
        return refundEntry(paymentId, paymentId, total, [share]);
      case 'transfer':
        return transferEntry(paymentId, makerId, payable);
      case 'reversed':
        return reversalEntry(paymentId, paymentId, makerId, payable);
      case 'debt':
        return shortfallEntry(paymentId, paymentId, makerId, payable);
      case 'debtPaid':
        return nettingEntry(paymentId, paymentId, makerId, payable);
      case 'taken':
        return disputeTakenEntry(of, total);
      case 'fee':
        return disputeFeeEntry(of, usd(1500));
      case 'frozen':
        return disputeFrozenEntry(of, [share]);
      case 'unfrozen':
        return disputeUnfrozenEntry(of, [share]);
      case 'givenBack':
        return disputeGivenBackEntry(of, total);
      case 'lost':
        return disputeLostEntry(of, [share]);
    }
  };

  const history = fc.array(
    fc.record({
      fate: fc.constantFrom(...(Object.keys(fates) as (keyof typeof fates)[])),
      payable: fc.integer({ min: 1, max: 500_000 }),
      fee: fc.integer({ min: 1, max: 50_000 }),
      tax: fc.oneof(fc.constant(0), fc.nat(90_000)),
      // Another maker's part of the same payment, as in a cart.
      beside: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  );

  test('whatever happens, the last balance is what the accounts say, each month opens with what the last one closed with, and the lines add up', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat(4), { maxLength: 30 }), async (sales, turns) => {
        const makerId = randomUUID();
        const queues = sales.map(({ fate, payable, fee, tax, beside }) => {
          const paymentId = randomUUID();
          const share = shareOf(makerId, payable, fee, tax);
          const steps: Step[] = [...fates[fate]];
          const sale = beside
            ? saleEntry(paymentId, usd(sumOf(share) + 999), [shareOf(randomUUID(), 900, 90, 9), share])
            : entryOf('sale', paymentId, share);
          return [sale, ...steps.map((step) => entryOf(step, paymentId, share))];
        });
        let gross = 0;
        for (const { payable, fee, tax } of sales) gross += payable + fee + tax;
        for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
          const queue = queues[(turns[turn] ?? turn) % queues.length];
          const next = queue?.shift();
          if (!next) continue;
          await post(next);
          if (turn % 4 === 3) await shiftClock(database, 11 * 86_400_000);
        }

        const months = (await monthsOf(reads(), makerId)).reverse();
        const statements = await Promise.all(months.map(({ month }) => monthOf(reads(), makerId, month)));
        const [payable, reserve, debt] = [
          await ledger.balance(database.db, 'maker_payable', makerId),
          await ledger.balance(database.db, 'maker_reserve', makerId),
          await ledger.balance(database.db, 'maker_debt', makerId),
        ];

        const derived = 0 - payable.amount - reserve.amount - debt.amount;
        let balance = 0;
        for (const [index, statement] of statements.entries()) {
          expect(statement.opening).toBe(balance);
          for (const line of statement.lines) {
            expect(line.gross + line.fee + line.tax + line.refund + line.paidOut + line.other).toBe(line.net);
            balance += line.net;
            expect(line.balance).toBe(balance);
          }
          expect(statement.closing).toBe(balance);
          expect(months[index]).toMatchObject({ opening: statement.opening, closing: balance, sums: statement.sums });
        }
        expect(balance).toBe(derived);
        expect(statements.reduce((sum, { sums }) => sum + sums.gross, 0)).toBe(gross);
        expect(await ledger.grossOf(database.db, makerId)).toBe(gross);
      }),
      { numRuns: 25 },
    );
  });

  test('a month is a file with every line, and a year is one of months', async () => {
    const makerId = randomUUID();
    const [sold, returned] = [randomUUID(), randomUUID()];
    orders.set(sold, { id: randomUUID(), number: 1007, title: 'Bowl, "blue"' });
    const share = [shareOf(makerId, 6530, 870, 1000)];
    await post(saleEntry(sold, usd(8400), share));
    await post(saleEntry(returned, usd(8400), share));
    await post(refundEntry(returned, returned, usd(8400), share));
    await post(transferEntry(sold, makerId, usd(6530)));
    const month = (await database.now(database.db)).toISOString().slice(0, 7);

    ownTax.set(`${month.slice(0, 4)}-02`, 230).set(month, 410);

    const file = (await monthFile(reads(), makerId, month)).trimEnd().split('\r\n');
    const year = await yearOf(reads(), makerId, month.slice(0, 4));

    expect(file.length).toBe(1 + 1 + 4 + 1);
    expect(file[2]).toMatch(/,sale,1007,"Bowl, ""blue""",84\.00,-8\.70,-10\.00,0\.00,0\.00,0\.00,65\.30,65\.30,USD$/);
    expect(file[4]).toMatch(/,refund,,,0\.00,8\.70,10\.00,-84\.00,0\.00,0\.00,-65\.30,65\.30,USD$/);
    expect(file[6]).toContain('closing balance');
    expect(file[6]).toMatch(/,0\.00,USD$/);
    expect(year).toMatchObject({
      sales: 2,
      total: { gross: 16_800, fee: -870, tax: -1000, refund: -8400, paidOut: -6530, net: 0, ownTax: 640 },
    });
    expect(year.months.find(({ sales }) => sales > 0)?.month).toBe(month);
    await expect(monthOf(reads(), makerId, '2026-13')).rejects.toMatchObject({ code: 'not_found' });
    await expect(yearOf(reads(), makerId, 'last')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('our invoices for the fee', () => {
  const seller = { name: 'The Window', lines: ['1 Kiln Lane', 'VAT PT1'] };
  const issue = () =>
    issueFeeInvoices({ database, events, currency: 'USD', seller, makerName: async () => 'Mara Kiln' });
  const nextMonth = async () => {
    const now = await database.now(database.db);
    const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1, 4);
    await shiftClock(database, next - now.getTime());
  };
  const sell = async (makerId: string) => {
    const id = randomUUID();
    const share = [shareOf(makerId, 7530, 870)];
    await post(saleEntry(id, usd(8400), share));
    return () => post(refundEntry(id, id, usd(8400), share));
  };

  test('come when a month is over, once, numbered without a gap whoever issues them at once', async () => {
    await nextMonth();
    await issue();
    const makers = Array.from({ length: 5 }, () => randomUUID());
    const undo = await Promise.all(makers.map(sell));
    expect(await issue()).toBe(0);
    await nextMonth();

    const issued = await Promise.all([issue(), issue(), issue()]);
    await undo[0]?.();
    await nextMonth();
    await issue();

    expect(issued.reduce((sum, count) => sum + count, 0)).toBe(5);
    const [first = ''] = makers;
    const own = await feeInvoicesOf(database.db, first);
    expect(own.map(({ amount }) => amount)).toEqual([usd(-870), usd(870)]);
    const told = await Promise.all(own.map(({ id }) => events.readAggregate(id, 0, 10)));
    expect(told.map((list) => list.map(({ payload }) => payload))).toMatchObject(
      own.map(({ id, month, amount }) => [{ invoiceId: id, makerId: first, month, amount }]),
    );
    const { rows } = await sql<{ count: number; highest: number }>`
      select count(*)::int as count, max(number) as highest from fee_invoices`.execute(database.db);
    expect(rows[0]?.count).toBe(rows[0]?.highest);
    const file = async (by: string) => await feeInvoiceFile(database.db, by, own[1]?.id ?? '');
    const [one, again] = [await file(first), await file(first)];
    expect(one.name).toMatch(/^fee-\d{4}-\d{2}-\d{5}\.pdf$/);
    expect(Buffer.from(one.bytes).subarray(0, 5).toString()).toBe('%PDF-');
    expect(Buffer.compare(Buffer.from(one.bytes), Buffer.from(again.bytes))).toBe(0);
    await expect(file(makers[1] ?? '')).rejects.toMatchObject({ code: 'not_found' });
  });
});
