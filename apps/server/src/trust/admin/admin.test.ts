// The desk over HTTP: a sale whose buyer went to their bank, found and answered by an admin.
import { payCheckout } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyring } from '#platform/crypto';
import { shiftClock, sql } from '#platform/database';
import { noteSecrets } from '#platform/keys';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { linkPayoutAccount, type Person, signIn } from '../../testing/people.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const key = () => crypto.randomUUID();

let app: TestApp;
let admin: Person;
let moderator: Person;
let studio: Studio;
let maker: Person;
let buyer: Person;
let waiting: string;
let sale: { orderId: string; number: number; paymentId: string; chargeId: string; disputeId: string };

/** A piece that the maker has promised to the buyer: its lock. */
const accepted = async () => {
  const { id } = await studio.listed(maker, moderator, { mediaId: await studio.clip(maker) });
  await maker.client.call('PUT /stories/:storyId/listing', {
    params: { storyId: id },
    body: {
      askingPrice: usd(9000),
      offerPolicy: { acceptsOffers: true },
      shipping: {
        zones: [{ countries: ['US'], price: usd(1800), further: usd(0) }],
        combined: false,
        handlingDays: 3,
        pickup: false,
        pickupPlace: null,
      },
    },
  });
  const offer = await buyer.client.call('POST /stories/:storyId/offers', {
    params: { storyId: id },
    body: { amount: usd(8000) },
    idempotencyKey: key(),
  });
  const { lockId } = await maker.client.call('POST /offers/:id/accept', {
    params: { id: offer.id },
    idempotencyKey: key(),
  });
  return lockId ?? '';
};
/** The same, paid. */
const sell = async (card?: string) => {
  const { url } = await buyer.client.call('POST /locks/:id/checkout', {
    params: { id: await accepted() },
    body: { delivery: 'ship' },
    idempotencyKey: key(),
  });
  await payCheckout(url, { ...(card && { card }), email: buyer.email });
  await app.settle();
};

beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines', ['maker']);
  moderator = await signIn(app, 'noor', ['moderator']);
  buyer = await signIn(app, 'bruno');
  admin = await signIn(app, 'ada', ['admin']);
  await linkPayoutAccount(app, maker);
  studio = await openStudio(app);
  waiting = await accepted();
  await sell('4000000000002685');
  const { rows } = await sql<typeof sale>`
    select o.id as "orderId", o.number, o.payment_id as "paymentId", p.charge_id as "chargeId", d.id as "disputeId"
    from orders o join payments p on p.id = o.payment_id join disputes d on d.payment_id = p.id`.execute(
    app.database.db,
  );
  if (!rows[0]) throw new Error('nothing was sold and disputed');
  sale = rows[0];
}, 120_000);
afterAll(() => app.stop());

const find = async (q: string) =>
  (await admin.client.call('GET /admin/money/search', { query: { q } })).hits.map(({ kind, id }) => `${kind} ${id}`);
const audited = async (action: string) => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from audit_log where action = ${action}`.execute(
    app.database.db,
  );
  return rows[0]?.n;
};

test('one box finds a sale by whatever is known of it, and what it finds leads through all of it', async () => {
  const order = `order ${sale.orderId}`;
  const payment = `payment ${sale.paymentId}`;
  const dispute = `dispute ${sale.disputeId}`;
  const seen = await admin.client.call('GET /admin/disputes/:id', { params: { id: sale.disputeId } });
  const books = await admin.client.call('GET /admin/payments/:id/ledger', { params: { id: sale.paymentId } });
  const overview = await admin.client.call('GET /admin/money');

  expect(await find(String(sale.number))).toEqual([order]);
  expect(await find(buyer.email)).toContain(order);
  expect(await find('@bruno')).toContain(order);
  expect(await find(sale.paymentId)).toEqual([payment]);
  expect(await find(sale.chargeId)).toEqual([payment]);
  expect(await find(seen.providerId)).toEqual([dispute, payment]);
  expect(await find('nothing that is called so')).toEqual([]);
  expect(seen).toMatchObject({ orderId: sale.orderId, state: 'evidence_due', possible: ['submit'] });
  expect(seen.evidence.story).toContain(`Order ${sale.number}`);
  expect(books.entries.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['sale', 'dispute_taken', 'dispute_frozen']),
  );
  expect(overview.openDisputes).toBe(1);
  expect(overview.accounts.reduce((sum, { balance }) => sum + balance.amount, 0)).toBe(0);
});

test('its maker adds to the evidence, sees what is sent without where it went, and the desk sees what they added', async () => {
  const pdf = Buffer.from('%PDF-1.7\n% a receipt\n');
  const [asked] = (await maker.client.call('GET /orders/:id/disputes', { params: { id: sale.orderId } })).items;
  const added = await maker.client.call('POST /disputes/:id/evidence', {
    params: { id: sale.disputeId },
    body: { text: 'She was glad of it.', pictures: [], paper: { kind: 'sending', pdf: pdf.toString('base64') } },
  });
  const dispute = await admin.client.call('GET /admin/disputes/:id', { params: { id: sale.disputeId } });
  const params = { id: sale.disputeId, entryId: added.entries[0]?.id ?? '' };
  const paper = await admin.fetch(`/api/v1/disputes/${params.id}/evidence/${params.entryId}/paper`);
  const file = await maker.fetch(`/api/v1/disputes/${params.id}/pictures`);

  expect(asked).toMatchObject({ possible: ['add'], entries: [], sentAt: null });
  expect(added.evidence.story).toMatch(/^What the maker says:\n- .+She was glad of it\./);
  expect(JSON.stringify(added)).not.toContain('Kiln Lane');
  expect(dispute.evidence.shippingAddress).toContain('Kiln Lane');
  expect(dispute.evidence.productDescription).toContain('As it was described when it was sold');
  expect(dispute.entries).toMatchObject([
    { text: 'She was glad of it.', paper: { kind: 'sending', bytes: pdf.length } },
  ]);
  expect(Buffer.from(await paper.arrayBuffer())).toEqual(pdf);
  expect(
    Buffer.from(await file.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
});

test('evidence that is sent again and again with one key, at once too, is sent once and answered the same', async () => {
  const idempotencyKey = key();
  const send = () =>
    admin.fetch(`/api/v1/admin/disputes/${sale.disputeId}/submit`, {
      method: 'POST',
      headers: { 'idempotency-key': idempotencyKey, 'content-type': 'application/json' },
      body: JSON.stringify({ remark: 'losing_evidence' }),
    });
  const first = await Promise.all(Array.from({ length: 6 }, send));
  await app.settle();
  const again = await send();

  const answers = await Promise.all(
    first.map(async (answer) => ({ status: answer.status, text: await answer.text() })),
  );
  const done = answers.filter(({ status }) => status === 200);
  expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
  expect(new Set(done.map(({ text }) => text)).size).toBe(1);
  expect(await again.text()).toBe(done[0]?.text);
  expect(await audited('dispute.evidence_sent')).toBe(1);
  const dispute = await admin.client.call('GET /admin/disputes/:id', { params: { id: sale.disputeId } });
  expect(dispute).toMatchObject({ state: 'lost', possible: [] });
  expect(dispute.timeline.filter(({ kind }) => kind === 'submitted').length).toBeLessThanOrEqual(1);
});

describe('a piece that hangs', () => {
  const release = () =>
    admin.client.call('POST /admin/locks/:id/release', {
      params: { id: waiting },
      body: { reason: 'The provider shows that the checkout has ended.' },
      idempotencyKey: key(),
    });
  const hangs = (hours: number) =>
    sql`update locks set state = 'releasing', release_reason = 'expired',
               releasing_at = app_now() - make_interval(hours => ${hours}) where id = ${waiting}`.execute(
      app.database.db,
    );

  test('is freed by hand after an hour, with a reason that is kept, once', async () => {
    await hangs(0);
    await expect(release()).rejects.toMatchObject({ code: 'invalid_transition' });
    await hangs(2);
    const shown = (await admin.client.call('GET /admin/money')).stuckLocks.map(({ id }) => id);
    await release();
    await expect(release()).rejects.toMatchObject({ code: 'invalid_transition' });

    expect(shown).toEqual([waiting]);
    expect((await buyer.client.call('GET /locks/:id', { params: { id: waiting } })).state).toBe('released');
    expect(await audited('lock.release_overridden')).toBe(1);
  });
});

describe('an account', () => {
  const entries = async (query: { person?: string; action?: string }) =>
    (await admin.client.call('GET /admin/audit', { query: { limit: 100, ...query } })).items;
  const detail = (id: string) => admin.client.call('GET /admin/users/:id', { params: { id } });
  const whoIs = async (person: Person) => (await person.client.call('GET /auth/profile')).user?.handle ?? null;
  const reason = 'Sold what was not theirs.';

  test('is found by what one knows of it, by role and by state, page by page', async () => {
    const find = async (query: object) =>
      (await admin.client.call('GET /admin/users', { query: { limit: 100, ...query } })).items.map(
        ({ handle }) => handle,
      );

    expect(await find({ q: 'BRUNO@people' })).toEqual(['bruno']);
    expect(await find({ q: '@bruno' })).toEqual(['bruno']);
    expect(await find({ q: buyer.id })).toEqual(['bruno']);
    expect(await find({ q: '%' })).toEqual([]);
    expect(await find({ role: 'admin' })).toEqual(['ada']);
    expect(await find({ status: 'banned' })).toEqual([]);
    const first = await admin.client.call('GET /admin/users', { query: { limit: 1 } });
    const second = await admin.client.call('GET /admin/users', { query: { limit: 1, cursor: first.next ?? '' } });
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
  });

  test('that is suspended is out within five seconds, over HTTP and sockets, and back when its time is over', async () => {
    const person = await signIn(app, 'sol');
    const socket = person.realtime();
    const ended = Promise.withResolvers<void>();
    socket.subscribe(`user:${person.id}`, { onData: () => {}, onRefused: () => ended.resolve() });
    const until = new Date(app.database.clock().getTime() + 3 * 86_400_000).toISOString();

    const suspended = await admin.client.call('POST /admin/users/:id/suspend', {
      params: { id: person.id },
      body: { until, reason },
    });
    await eventually(async () => expect(await whoIs(person)).toBeNull(), 5000);
    await ended.promise;
    socket.close();
    const seen = await detail(person.id);
    await shiftClock(app.database, 3 * 86_400_000 + 1000);
    await app.settle();
    admin = await signIn(app, 'ada'); // what is grave wants a session of today

    expect(suspended).toMatchObject({ status: 'suspended', suspendedUntil: until });
    expect(seen).toMatchObject({ possible: ['suspend', 'ban', 'reinstate'], closedFor: reason, sessions: [] });
    expect((await detail(person.id)).user).toMatchObject({ status: 'active', suspendedUntil: null });
    expect(await whoIs(await signIn(app, 'sol'))).toBe('sol');
  });

  test('is banned and opened again with a reason that only admins read; nobody does it to themself', async () => {
    const other = await signIn(app, 'ada', ['admin']);
    const person = await signIn(app, 'tom');
    const banned = await other.client.call('POST /admin/ban-user', { body: { userId: person.id, reason } });
    await expect(
      other.client.call('POST /admin/users/:id/suspend', {
        params: { id: person.id },
        body: { until: '2100-01-01T00:00:00Z', reason },
      }),
    ).rejects.toMatchObject({ code: 'invalid_transition' });
    const back = await other.client.call('POST /admin/users/:id/reinstate', {
      params: { id: person.id },
      body: { reason },
    });

    expect([banned.status, back.status]).toEqual(['banned', 'active']);
    expect((await detail(person.id)).closedFor).toBeNull();
    const toThemself = [
      () => other.client.call('POST /admin/ban-user', { body: { userId: other.id, reason } }),
      () =>
        other.client.call('POST /admin/users/:id/roles', {
          params: { id: other.id },
          body: { role: 'admin', held: false, reason },
        }),
    ];
    for (const attempt of toThemself) await expect(attempt()).rejects.toMatchObject({ code: 'own_content' });
    const rows = await entries({ person: person.id });
    const told = rows.find(({ action }) => action === 'user.banned');
    expect(told).toMatchObject({ actor: { handle: 'ada' }, subject: person.id });
    expect(JSON.parse(told?.facts ?? '')).toEqual({
      before: { status: 'active', until: null },
      after: { status: 'banned', until: null },
    });
    expect(JSON.parse(told?.personal ?? '')).toEqual({ reason });
  });

  test('gets a role and loses it, and what one may changes with it at once', async () => {
    const person = await signIn(app, 'uma');
    const set = (held: boolean) =>
      admin.client.call('POST /admin/users/:id/roles', {
        params: { id: person.id },
        body: { role: 'moderator', held, reason },
      });
    const mayReview = async (who: Person) =>
      await who.client.call('GET /moderation/queue', { query: {} }).then(
        () => true,
        () => false,
      );

    await set(true);
    const after = await signIn(app, 'uma');
    expect([await mayReview(person), await mayReview(after)]).toEqual([false, true]);
    await set(false);
    await eventually(async () => expect(await mayReview(after)).toBe(false), 5000);
    expect((await entries({ person: person.id, action: 'user' })).map(({ facts }) => JSON.parse(facts))).toEqual([
      { before: ['moderator'], after: [] },
      { before: [], after: ['moderator'] },
    ]);
  });

  test('who is given the role of a maker is one, with a studio', async () => {
    const person = await signIn(app, 'mona');
    const set = (held: boolean) =>
      admin.client.call('POST /admin/users/:id/roles', {
        params: { id: person.id },
        body: { role: 'maker', held, reason },
      });

    for (const held of [true, false, true]) await set(held);
    const maker = await signIn(app, 'mona');

    expect(await maker.client.call('GET /makers/me')).toMatchObject({
      id: person.id,
      payoutAccount: { state: 'none' },
    });
    expect(await maker.client.call('POST /makers')).toMatchObject({ id: person.id });
  });

  test('is looked through read-only, with a note of it, until one stops; only in that session', async () => {
    const other = await signIn(app, 'ada');
    await admin.client.call('POST /admin/users/:id/view-as', { params: { id: buyer.id }, body: { reason } });

    expect([await whoIs(admin), await whoIs(other)]).toEqual(['bruno', 'ada']);
    expect((await admin.client.call('GET /orders', { query: { as: 'buyer' } })).items).toHaveLength(1);
    await expect(admin.client.call('PATCH /users/me', { body: { bio: 'Not mine' } })).rejects.toMatchObject({
      code: 'view_as_read_only',
    });
    await expect(admin.client.call('GET /admin/users', { query: {} })).rejects.toMatchObject({ code: 'forbidden' });
    // The same note in somebody else's hands is worth nothing.
    const stolen = /vw_view_as=[^;]+/.exec(admin.cookie())?.[0];
    const tried = await fetch(`${app.url()}/api/v1/auth/profile`, {
      headers: { cookie: `${other.cookie()}; ${stolen}` },
    });
    expect(((await tried.json()) as { user: { handle: string } }).user.handle).toBe('ada');
    await admin.client.call('DELETE /admin/view-as');
    expect(await whoIs(admin)).toBe('ada');
    expect((await entries({ person: buyer.id, action: 'user.viewed_as' })).map(({ actorId }) => actorId)).toEqual([
      admin.id,
    ]);
  });
});

describe('the audit log', () => {
  test('is searched, proved and written out by admins', async () => {
    const proof = await admin.client.call('POST /admin/audit/verify');
    const file = await admin.fetch('/api/v1/admin/audit/file?action=session');
    const lines = (await file.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const page = await admin.client.call('GET /admin/audit', { query: { action: 'session.started', limit: 2 } });
    const next = await admin.client.call('GET /admin/audit', {
      query: { action: 'session.started', limit: 2, cursor: page.next ?? '' },
    });

    expect(proof).toMatchObject({ entries: expect.any(Number), problems: [] });
    expect(file.headers.get('content-type')).toContain('application/x-ndjson');
    expect(new Set(lines.map(({ action }) => action.split('.')[0]))).toEqual(new Set(['session']));
    expect(page.items.map(({ action, address }) => [action, address])).toEqual([
      ['session.started', '127.0.0.1'],
      ['session.started', '127.0.0.1'],
    ]);
    expect(next.items[0]?.id).not.toBe(page.items[1]?.id);
    expect(await audited('audit.exported')).toBe(1);
  });
});

test('the security register says what is on and what to look at', async () => {
  const { version, measures } = await admin.client.call('GET /admin/security');

  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(Object.fromEntries(measures.map(({ name, state }) => [name, state]))).toMatchObject({
    Keys: 'good',
    'Sealed columns': 'good',
    'Audit log': 'good',
    Mail: 'check',
    Limits: 'check',
    Backups: 'off',
    'Age of secrets': 'good',
    'Failed sign-ins': 'good',
    'Trial break-in': 'off',
    Findings: 'good',
    'Second lock of staff': 'check',
  });
});

const THREE_DAYS_MS = 3 * 86_400_000;

test('the register keeps what was found weak until it is mended, and says what is late: findings, secrets, trials', async () => {
  const stateOf = async (name: string) => {
    const { measures } = await admin.client.call('GET /admin/security');
    return measures.find((measure) => measure.name === name)?.state;
  };
  const note = (kind: 'finding' | 'pen_test', severity: 'low' | 'critical', title: string) =>
    admin.client.call('POST /admin/security/findings', { body: { kind, severity, title, note: '' } });
  const small = await note('finding', 'low', 'A header is missing');
  const grave = await note('finding', 'critical', 'A door is open');
  await note('pen_test', 'low', 'Two days by Casa Segura');
  await admin.client.call('POST /admin/audit/verify');
  const hours = (finding: { dueAt: string | null; notedAt: string }) =>
    (Date.parse(finding.dueAt ?? '') - Date.parse(finding.notedAt)) / 3_600_000;
  const close = (id: string) =>
    admin.client.call('POST /admin/security/findings/:id/close', {
      params: { id },
      body: { state: 'fixed', reason: 'The door has a lock now.' },
    });

  expect([hours(grave), hours(small)]).toEqual([48, 90 * 24]);
  expect(await Promise.all(['Findings', 'Trial break-in', 'Proof of the log'].map(stateOf))).toEqual(
    Array(3).fill('good'),
  );
  await shiftClock(app.database, THREE_DAYS_MS);
  expect(await stateOf('Findings')).toBe('check');
  expect((await close(grave.id)).state).toBe('fixed');
  await expect(close(grave.id)).rejects.toMatchObject({ code: 'invalid_transition' });
  await expect(close(crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  expect(await stateOf('Findings')).toBe('good');
  const { findings } = await admin.client.call('GET /admin/security');
  expect(findings.map(({ title, state }) => [title, state])).toEqual([
    ['A header is missing', 'open'],
    ['Two days by Casa Segura', 'done'],
    ['A door is open', 'fixed'],
  ]);
  await shiftClock(app.database, -THREE_DAYS_MS);

  await sql`update secret_ages set since = now() - interval '81 days' where name = 'SECRET_KEY'`.execute(
    app.database.db,
  );
  expect(await stateOf('Age of secrets')).toBe('check');
  await sql`update sealing_keys set made_at = now() - interval '80 days' - interval '1 hour'`.execute(app.database.db);
  const tell = () => app.database.transaction((tx) => app.jobs.enqueue(tx, 'security.tell_old_secrets', {}));
  await tell();
  await app.settle();
  await tell();
  await app.settle();
  const told = async () =>
    (await admin.client.call('GET /notifications', { query: {} })).items.filter(
      ({ href }) => href === '/admin/security',
    );
  expect((await told()).map(({ body }) => body)).toEqual([
    expect.stringMatching(/^Exchange before .+ UTC: SECRET_KEY, the sealing key\./),
  ]);
  const mails = await (await fetch(`${app.url()}/sandbox/inbox.json?to=${admin.email}`)).text();
  expect(mails).toContain('Secrets of this place grow old');
  await sql`update sealing_keys set made_at = now()`.execute(app.database.db);
  await noteSecrets(app.database, createKeyring('whichever keyring it is, 32 letters'), {
    SECRET_KEY: 'another one, as the next start finds it',
  });
  expect(await stateOf('Age of secrets')).toBe('good');
  // One that is new grows old in its turn.
  await sql`update secret_ages set since = now() - interval '80 days' where name = 'SECRET_KEY'`.execute(
    app.database.db,
  );
  await tell();
  await app.settle();
  expect((await told()).map(({ title }) => title)).toEqual([
    'A secret of this place grows old',
    'Secrets of this place grow old',
  ]);
});

test('invoices and credit notes come with their mails: of an order and what goes back of it to its buyer, of a month’s fee to its maker', async () => {
  const attached = async (to: string) => {
    const answer = await fetch(`${app.url()}/sandbox/inbox.json?to=${encodeURIComponent(to)}`);
    const { mails } = (await answer.json()) as { mails: { attachments: string[] }[] };
    return mails.flatMap(({ attachments }) => attachments);
  };
  await sell();
  const { rows } = await sql<{ id: string; payment: string }>`
    select id, payment_id as payment from orders order by number desc limit 1`.execute(app.database.db);
  const { id = '', payment = '' } = rows[0] ?? {};
  await admin.client.call('POST /payments/:id/refund', {
    params: { id: payment },
    body: { reason: 'goodwill', amount: usd(500) },
    idempotencyKey: key(),
  });
  await app.settle();
  const body = { reason: 'It broke in the kiln.' };
  await maker.client.call('POST /orders/:id/cancel', { params: { id }, body, idempotencyKey: key() });
  await app.settle();
  // The mail about a refund waits some seconds for its paper.
  await sql`update graphile_worker._private_jobs set run_at = now() where locked_at is null`.execute(app.database.db);
  await shiftClock(app.database, 40 * 86_400_000);
  await app.database.transaction((tx) => app.jobs.enqueue(tx, 'ledger.issue_fee_invoices', {}));
  await app.settle();

  expect(await attached(buyer.email)).toContainEqual(expect.stringMatching(/^invoice-\d+-\d+\.pdf$/));
  const notes = (await attached(buyer.email)).filter((name) => /^credit-note-\d+-\d+\.pdf$/.test(name));
  expect(new Set(notes).size).toBe(2);
  expect(await attached(maker.email)).toContainEqual(expect.stringMatching(/^fee-\d{4}-\d\d-\d+\.pdf$/));
});
