// What identity holds of a person. The person's row stays, as nobody: orders and the ledger name its id.
import type { Keyring } from '#platform/crypto';
import { sql, type Tx } from '#platform/database';
import type { Personal } from '#platform/personal';
import { phoneOf } from './phone-store.ts';

/** What is known by the address or the number alone (see claims.ts). */
const erase = async (tx: Tx, personId: string): Promise<void> => {
  const claimed = sql`
    (select email as claim from users where id = ${personId}
     union all select 'phone ' || phone_index from users where id = ${personId} and phone_index is not null) claims`;
  await sql`delete from code_requests using ${claimed} where position(claim in identifier) > 0`.execute(tx);
  await sql`delete from sign_in_attempts using ${claimed} where position(claim in key) > 0`.execute(tx);
  await sql`delete from one_time_tokens using ${claimed} where position(claim in subject) > 0`.execute(tx);
};

export const personalOf = (keyring: Keyring): Personal => ({
  erase,
  async more(db, personId) {
    const phone = await phoneOf(keyring, db, personId);
    return phone ? { phone: phone.number } : {};
  },
  tables: {
    users: {
      of: 'id',
      hand: 'id email handle display_name bio city roles created_at phone_verified_at',
      plain: 'status phone_sealed phone_index',
      erase: {
        // Of no domain that there is: nobody can sign in by it, and the address is free for a new account.
        email: sql`'gone-' || id || '@gone.invalid'`,
        handle: sql`'gone_' || right(replace(id::text, '-', ''), 20)`,
        display_name: sql`'Somebody who left'`,
        bio: sql`''`,
        city: sql`null`,
        avatar_media_id: sql`null`,
        phone_sealed: sql`null`,
        phone_index: sql`null`,
        phone_verified_at: sql`null`,
        roles: sql`'{}'`,
        status: sql`'deleted'`,
      },
    },
    verifications: { of: 'user_id', hand: 'kind state by at', erase: 'delete' },
    refresh_tokens: {
      of: (personId) => sql`session_id in (select id from sessions where user_id = ${personId})`,
      plain: 'token_hash',
      erase: 'delete',
    },
    sessions: {
      of: 'user_id',
      hand: 'created_at last_seen_at ended_at way user_agent address',
      plain: 'token_hash visitor_hash',
      erase: 'delete',
    },
    external_identities: { of: 'user_id', hand: 'provider email linked_at', plain: 'issuer subject', erase: 'delete' },
    passkeys: {
      of: 'user_id',
      hand: 'name added_at last_used_at',
      plain: 'credential_id public_key transports',
      erase: 'delete',
    },
    email_changes: { of: 'user_id', hand: 'email takes_effect_at', erase: 'delete' },
    passwords: { of: 'user_id', hand: 'set_at', plain: 'hash', erase: 'delete' },
    recovery_codes: { of: 'user_id', plain: 'code_hash', erase: 'delete' },
    totp_secrets: { of: 'user_id', hand: 'confirmed_at', plain: 'sealed', erase: 'delete' },
    device_requests: {
      of: 'allowed_by',
      hand: 'user_agent address asked_at answered_at',
      plain: 'code_hash browser_hash',
      erase: 'delete',
    },
    ceremonies: { of: 'user_id', plain: 'kind browser_hash key_hash sealed', erase: 'delete' },
    one_time_tokens: { of: 'user_id', plain: 'purpose subject secret_hash facts', erase: 'delete' },
  },
});
