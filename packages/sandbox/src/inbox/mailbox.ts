// The mail that was 'sent': kept to be looked at.
import type { Store } from '../store.ts';

export interface Mail {
  readonly id: string;
  readonly messageId: string;
  /** Seconds since 1970 by the sandbox's clock. */
  readonly sentAt: number;
  readonly from: { email: string; name: string | null };
  readonly to: readonly { email: string; name: string | null }[];
  readonly cc: readonly { email: string; name: string | null }[];
  readonly bcc: readonly { email: string; name: string | null }[];
  readonly replyTo: { email: string; name: string | null } | null;
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** File names. */
  readonly attachments: readonly string[];
}

export interface Mailbox {
  keep(mail: Mail): void;
  find(id: string): Mail | undefined;
  /** Newest first; `to` is an address that must be among the recipients (to, cc, bcc), whatever its case. */
  list(filter: { to?: string | undefined; limit: number }): Mail[];
}

const KIND = 'mail';

export function createMailbox(store: Store): Mailbox {
  store.sql.exec(`
    CREATE TABLE IF NOT EXISTS mail_recipients (
      address TEXT NOT NULL,
      seq     INTEGER NOT NULL,
      mail    TEXT NOT NULL,
      PRIMARY KEY (address, seq)
    ) STRICT, WITHOUT ROWID`);
  const addRecipient = store.sql.prepare(
    'INSERT OR IGNORE INTO mail_recipients (address, seq, mail) SELECT ?, seq, id FROM objects WHERE kind = ? AND id = ?',
  );
  const byRecipient = store.sql.prepare('SELECT mail FROM mail_recipients WHERE address = ? ORDER BY seq DESC LIMIT ?');

  return {
    keep(mail) {
      store.transaction(() => {
        store.put(KIND, mail.id, mail);
        for (const { email } of [...mail.to, ...mail.cc, ...mail.bcc])
          addRecipient.run(email.toLowerCase(), KIND, mail.id);
      });
    },
    find: (id) => store.get<Mail>(KIND, id),
    list({ to, limit }) {
      if (to === undefined) return store.list<Mail>(KIND, { limit }).map((stored) => stored.value);
      return byRecipient
        .all(to.toLowerCase(), limit)
        .map((row) => store.get<Mail>(KIND, String(row.mail)))
        .filter((mail) => mail !== undefined);
    },
  };
}
