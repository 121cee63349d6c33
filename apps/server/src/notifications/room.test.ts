// Notifications over the wire: told once, read, mailed, and seen live.
import type { EventPayload, ServerMessage } from '@videowindow/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#platform/crypto';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { eventually } from '../testing/eventually.ts';
import { type Person, signIn } from '../testing/people.ts';
import { refusalOf } from '../testing/refusal.ts';

let app: TestApp;
let count = 0;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const somebody = () => signIn(app, `person${++count}`);
const list = (person: Person, query: { cursor?: string; limit?: number } = {}) =>
  person.client.call('GET /notifications', { query });
const unread = async (person: Person) => (await person.client.call('GET /notifications/unread')).unread;
const mailsTo = async (person: Person) => {
  const answer = await fetch(`${app.url()}/sandbox/inbox.json?to=${encodeURIComponent(person.email)}`);
  const { mails } = (await answer.json()) as { mails: { subject: string; html: string; text: string }[] }; // our own page
  return mails.filter(({ subject }) => !/^\d{6}\b/.test(subject));
};

type Told = EventPayload<'story.changes_requested'>;
/** Something happens of which this person is told, in the app and by mail. */
const happen = (person: Person, given: Partial<Told> = {}) =>
  app.database.transaction((tx) => {
    const payload = { storyId: newId(), makerId: person.id, title: 'Tea bowl', reason: 'Which clay?', ...given };
    return app.events.emit(tx, 'story.changes_requested', payload.storyId, payload);
  });
/** Something of which they are told in the app only. */
const happenQuietly = (person: Person, filename = 'a.mp4') =>
  app.database.transaction((tx) => {
    const mediaId = newId();
    return app.events.emit(tx, 'media.failed', mediaId, { mediaId, ownerId: person.id, filename });
  });

describe('what happened', () => {
  it('is told in the app and, where a person is needed, by mail', async () => {
    const person = await somebody();
    const storyId = newId();

    await happen(person, { storyId });
    await happenQuietly(person);
    await app.settle();
    const { items } = await list(person);
    const mails = await mailsTo(person);

    expect(items).toMatchObject([
      { kind: 'media_failed', body: '“a.mp4” is safe. You can try again from the studio.', readAt: null },
      { kind: 'story_changes_requested', body: '“Tea bowl”: Which clay?', href: `/studio/stories/${storyId}` },
    ]);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      subject: 'A change is needed before your story goes live',
      text: expect.stringContaining(`${app.url()}/studio/stories/${storyId}`),
    });
  });

  it('is told once, however often the event is heard', async () => {
    const person = await somebody();
    await happen(person);
    await app.settle();
    const before = await list(person);

    await sql`update event_cursors set position = 0 where subscriber = 'notifications'`.execute(app.database.db);
    await happenQuietly(person);
    await app.settle();

    const after = await list(person);
    expect(after.items.slice(1)).toEqual(before.items);
    expect(after.items).toHaveLength(2);
    expect(await mailsTo(person)).toHaveLength(1);
  });

  it('to several people is told to each of them', async () => {
    const [one, other, maker] = [await somebody(), await somebody(), await somebody()];
    const auctionId = newId();
    await app.database.transaction((tx) =>
      app.events.emit(tx, 'auction.outbid', auctionId, {
        auctionId,
        listingId: newId(),
        storyId: newId(),
        makerId: maker.id,
        title: 'Tea bowl',
        bidderIds: [one.id, other.id],
        price: { amount: 5500, currency: 'USD' },
        endsAt: '2026-11-21T18:04:00.000Z',
      }),
    );
    await app.settle();

    for (const person of [one, other]) {
      expect((await list(person)).items).toMatchObject([
        { kind: 'outbid', body: '“Tea bowl” is at $55.00 now. It ends 21 Nov, 18:04 UTC.' },
      ]);
      expect(await mailsTo(person)).toHaveLength(1);
    }
    expect((await list(maker)).items).toEqual([]);
  });

  it('is no HTML in the mail, whatever somebody typed', async () => {
    const person = await somebody();
    await happen(person, { title: '<script>alert(1)</script>', reason: '"><img src=x>\r\nBcc: all@people.test' });
    await app.settle();

    const [mail] = await mailsTo(person);

    expect(mail?.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail?.html).not.toMatch(/<script|<img/);
    expect(mail?.subject).toBe('A change is needed before your story goes live');
  });

  it('is not mailed to an account that is no longer active', async () => {
    const person = await somebody();
    await sql`update users set status = 'suspended' where id = ${person.id}`.execute(app.database.db);
    await happen(person);
    await app.settle();

    expect(await mailsTo(person)).toEqual([]);
  });
});

describe('the list', () => {
  it('comes in pages that neither repeat nor skip while more arrives, also from the same millisecond', async () => {
    const person = await somebody();
    for (let i = 0; i < 7; i++) await happenQuietly(person, `${i}.mp4`);
    await app.settle();
    await sql`
      update notifications set created_at = '2026-01-02T12:00:00.123Z' where user_id = ${person.id}`.execute(
      app.database.db,
    );

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(person, { limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
      await happenQuietly(person);
      await app.settle();
    } while (cursor);

    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it('counts what is unread, one by one and all at once', async () => {
    const person = await somebody();
    const other = await somebody();
    for (let i = 0; i < 3; i++) await happenQuietly(person);
    await happenQuietly(other);
    await app.settle();
    const { items } = await list(person);
    const params = { id: items[1]?.id ?? '' };
    const counts = [await unread(person)];

    await person.client.call('POST /notifications/:id/read', { params });
    counts.push(await unread(person));
    const { readAt } = (await list(person)).items[1] ?? {};
    await person.client.call('POST /notifications/:id/read', { params });
    const again = (await list(person)).items[1]?.readAt;
    await person.client.call('POST /notifications/read-all');
    counts.push(await unread(person));

    expect(counts).toEqual([3, 2, 0]);
    expect(readAt).not.toBeNull();
    expect(again).toBe(readAt);
    expect((await list(person)).items[1]?.readAt).toBe(readAt);
    expect(await unread(other)).toBe(1);
  });

  it("holds nobody else's, and another person's is not there to be read", async () => {
    const person = await somebody();
    const other = await somebody();
    await happenQuietly(person);
    await app.settle();
    const id = (await list(person)).items[0]?.id ?? '';

    for (const strange of [id, newId()]) {
      expect(
        await refusalOf(other.client.call('POST /notifications/:id/read', { params: { id: strange } })),
      ).toMatchObject({ status: 404, code: 'not_found' });
    }
    await other.client.call('POST /notifications/read-all');

    expect((await list(other)).items).toEqual([]);
    expect(await unread(person)).toBe(1);
  });
});

describe('the channel of a person', () => {
  it('brings a notification live', async () => {
    const person = await somebody();
    const socket = await listen(person);
    await socket.next('subscribed');

    await happenQuietly(person, 'live.mp4');
    const { data } = await socket.next('publication');
    socket.close();

    expect(data).toMatchObject({ kind: 'notification', notification: { kind: 'media_failed', readAt: null } });
  });

  it('brings what was missed, in order and once, and goes on live', async () => {
    const person = await somebody();
    const first = await listen(person);
    const { offset } = await first.next('subscribed');
    await happenQuietly(person, 'seen.mp4');
    const seen = await first.next('publication');
    first.close();
    for (const name of ['one.mp4', 'two.mp4', 'three.mp4']) await happenQuietly(person, name);
    await app.settle();

    const second = await listen(person, person.id, seen.offset);
    await second.next('subscribed');
    await happenQuietly(person, 'four.mp4');
    const heard: string[] = [];
    for (let i = 0; i < 4; i++) {
      const { data } = await second.next('publication');
      heard.push((data as { notification: { body: string } }).notification.body.slice(1, -1));
    }
    second.close();

    expect(seen.offset).toBeGreaterThan(offset);
    expect(heard.map((body) => body.split('”')[0])).toEqual(['one.mp4', 'two.mp4', 'three.mp4', 'four.mp4']);
  });

  it('says that there is a gap when more was missed than is told again', async () => {
    const person = await somebody();
    const first = await listen(person);
    const { offset } = await first.next('subscribed');
    first.close();
    await app.database.transaction((tx) =>
      app.events.emitAll(
        tx,
        Array.from({ length: 201 }, () => {
          const mediaId = newId();
          return {
            type: 'media.failed' as const,
            aggregate: mediaId,
            payload: { mediaId, ownerId: person.id, filename: 'a.mp4' },
          };
        }),
      ),
    );
    await app.settle();

    const second = await listen(person, person.id, offset);
    const gap = await second.next('gap');
    second.close();

    expect(gap.offset).toBeGreaterThan(offset);
    expect(await unread(person)).toBe(201);
  });

  it('is refused to everybody else', async () => {
    const person = await somebody();
    const other = await somebody();

    const socket = await listen(other, person.id);
    const refused = await socket.next('refused');
    await happenQuietly(person);
    await app.settle();
    socket.close();

    expect(refused.code).toBe('not_found');
    expect(socket.heard('publication')).toBe(0);
  });
});

/** A socket of this person that asked for a channel; its messages are taken one by one by their type. */
const listen = async (person: Person, channelOf = person.id, offset?: number) => {
  const url = `${app.url().replace('http', 'ws')}/api/v1/realtime`;
  // Node's own WebSocket takes headers beside protocols; the DOM's type does not know that.
  const options = { headers: { cookie: person.cookie(), origin: app.url() } } as unknown as string[];
  const socket = new WebSocket(url, options);
  const messages: ServerMessage[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data))));
  const next = async <T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> => {
    await eventually(() => expect(messages.map((message) => message.type)).toContain(type));
    const [message] = messages.splice(
      messages.findIndex((each) => each.type === type),
      1,
    );
    return message as Extract<ServerMessage, { type: T }>; // it was found by its type
  };
  await next('connected');
  socket.send(JSON.stringify({ type: 'subscribe', id: 1, channel: `user:${channelOf}`, offset }));
  return {
    next,
    heard: (type: ServerMessage['type']) => messages.filter((message) => message.type === type).length,
    close: () => socket.close(),
  };
};
