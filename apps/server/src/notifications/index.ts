// notifications: hears events, tells people. In the app at once, and by mail where a person is needed.
import { DomainError, type FileAnswer } from '@videowindow/contract';
import type { MailTopic } from '@videowindow/contract/account-choices';
import { type Notification, notificationsApi } from '@videowindow/contract/api/site';
import type { Identity } from '#people/identity';
import { newId } from '#platform/crypto';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import type { DomainEvent, Events, Subscriber } from '#platform/events';
import { cutPage, decodeCursor, implement, personId } from '#platform/http';
import type { Jobs } from '#platform/jobs';
import type { Mailer } from '#platform/providers';
import type { Channel } from '#platform/realtime';
import type { Room } from '#platform/room';
import { kinds } from './kinds.ts';
import { notificationMail } from './mail.ts';
import { mailTopicOf } from './mail-topics.ts';
import type { Message } from './message.ts';
import { personal } from './personal.ts';

export type NotificationsDeps = {
  database: Database;
  events: Events;
  jobs: Jobs;
  identity: Identity;
  mailer: Mailer;
  siteName: string;
  publicUrl: () => string;
  /** Whether a person wants mails about this. */
  wantsMail(reader: Reader, personId: string, topic: MailTopic): Promise<boolean>;
  /** The invoice of an order, where there is one. */
  invoiceFile(reader: Reader, orderId: string): Promise<FileAnswer | null>;
  /** Our own to a maker. */
  feeInvoiceFile(reader: Reader, makerId: string, id: string): Promise<FileAnswer>;
  /** Of a refund, where it has one. @throws Error while it is not written yet */
  creditNoteFile(reader: Reader, refund: { refundId: string; paymentId?: string }): Promise<FileAnswer | null>;
};

type MailedMessage = Message & { mail: NonNullable<Message['mail']> };

type Row = {
  id: string;
  kind: string;
  title: string;
  body: string;
  href: string;
  createdAt: Date;
  readAt: Date | null;
};
const ROW = sql`id, kind, title, body, href, created_at as "createdAt", read_at as "readAt"`;
const RECOVERABLE = 200;
/** A mail that carries a credit note which is being written waits so long; were it not there then, it is tried anew. */
const CREDIT_NOTE_MS = 5_000;

const view = (row: Row): Notification => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  readAt: row.readAt?.toISOString() ?? null,
});

export const createNotifications = (deps: NotificationsDeps): { room: Room } => {
  const { database, events } = deps;

  /** Writes the notification once for an event, however often that is heard, and its mail in the same transaction. */
  const tell = async (tx: Tx, event: DomainEvent, message: Message) => {
    const { rows } = await sql<Row>`
      insert into notifications (id, user_id, event_id, kind, title, body, href, created_at)
      values (${newId()}, ${message.to}, ${event.id}, ${message.kind}, ${message.title}, ${message.body}, ${message.href}, app_now())
      on conflict do nothing
      returning ${ROW}`.execute(tx);
    const row = rows[0];
    if (!row) return;
    await events.emit(tx, 'notification.created', message.to, { userId: message.to, notification: view(row) });
    if (!message.mail || !deps.mailer.available) return;
    const topic = mailTopicOf(message.kind);
    if (topic === null || (await deps.wantsMail(tx, message.to, topic)))
      await deps.jobs.enqueue(
        tx,
        'notifications.mail',
        { ...message },
        // Its order hears of such a refund as this room does, and writes the credit note: that takes a moment.
        message.mail.creditNote?.paymentId ? { runAt: new Date(Date.now() + CREDIT_NOTE_MS) } : {},
      );
  };

  /** The PDF that goes with a mail. */
  const fileFor = async ({ to, mail }: MailedMessage): Promise<FileAnswer | null> => {
    if (mail.invoiceOf) return await deps.invoiceFile(database.db, mail.invoiceOf);
    if (mail.feeInvoice) return await deps.feeInvoiceFile(database.db, to, mail.feeInvoice);
    return mail.creditNote ? await deps.creditNoteFile(database.db, mail.creditNote) : null;
  };

  const subscriber: Subscriber = {
    name: 'notifications',
    on: Object.fromEntries(
      Object.entries(kinds).map(([type, messagesOf]) => [
        type,
        async (tx: Tx, event: DomainEvent) => {
          // The table's key is the event's type, which gives `messagesOf` its own kind of event.
          for (const message of (messagesOf as (event: DomainEvent) => Message[])(event))
            await tell(tx, event, message);
        },
      ]),
    ),
  };

  const channel: Channel = {
    prefix: 'user',
    kind: 'stream',
    authorize: async (actor, id) => actor.id === id,
    async read(id, after) {
      const offset = events.position();
      if (after === null) return { offset };
      const found = await events.readAggregate(id, after, RECOVERABLE + 1);
      if (found.length > RECOVERABLE) return { offset };
      return { offset, missed: found.flatMap((event) => publication(event) ?? []) };
    },
    publish: (event) => publication(event),
  };

  const room: Room = {
    personal,
    subscribers: [subscriber],
    channels: [channel],
    jobs: {
      'notifications.mail': {
        async handle(message: MailedMessage) {
          const user = await deps.identity.user(database.db, message.to);
          if (user?.status !== 'active') return;
          const file = await fileFor(message);
          await deps.mailer.send({
            ...notificationMail(message, { to: user.email, siteName: deps.siteName, publicUrl: deps.publicUrl() }),
            ...(file && { attachments: [{ ...file, type: 'application/pdf' }] }),
          });
        },
      },
    },
    routes: [
      implement(notificationsApi, {
        'GET /notifications': async ({ query, context }) => {
          const cursor = decodeCursor(query.cursor, ['instant', 'uuid']);
          const limit = query.limit ?? 20;
          const behind = cursor ? sql`and (created_at, id) < (${new Date(cursor[0])}, ${cursor[1]})` : sql``;
          const { rows } = await sql<Row>`
            select ${ROW}
            from notifications
            where user_id = ${personId(context.actor)} ${behind}
            order by created_at desc, id desc
            limit ${limit + 1}`.execute(database.db);
          const { shown, next } = cutPage(rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id]);
          return { items: shown.map(view), next };
        },
        'GET /notifications/unread': async ({ context }) => {
          const { rows } = await sql<{ unread: number }>`
            select count(*) as unread from notifications
            where user_id = ${personId(context.actor)} and read_at is null`.execute(database.db);
          return { unread: rows[0]?.unread ?? 0 };
        },
        'POST /notifications/:id/read': async ({ params, context }) => {
          const { rows } = await sql`
            update notifications set read_at = coalesce(read_at, app_now())
            where id = ${params.id} and user_id = ${personId(context.actor)}
            returning 1`.execute(database.db);
          if (rows.length === 0) throw new DomainError('not_found');
        },
        'POST /notifications/read-all': async ({ context }) => {
          await sql`
            update notifications set read_at = app_now()
            where user_id = ${personId(context.actor)} and read_at is null`.execute(database.db);
        },
      }),
    ],
  };
  return { room };
};

const publication = (event: DomainEvent) =>
  event.type === 'notification.created'
    ? {
        id: event.payload.userId,
        offset: event.position,
        data: { kind: 'notification', notification: event.payload.notification },
      }
    : null;
