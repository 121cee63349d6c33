import { type Kysely, sql } from 'kysely';

/** What a page has beyond the person's row, and the handles that people gave up. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table profiles (
      user_id uuid primary key references users,
      links jsonb not null default '[]',
      hero_media_id uuid
    )`.execute(db);
  await sql`
    create table handle_redirects (
      handle text primary key,
      user_id uuid not null references users,
      until timestamptz not null
    )`.execute(db);
  await sql`create index handle_redirects_user on handle_redirects (user_id)`.execute(db);
  // The database decides who has a handle. The lock makes those who want one and the one who leaves it take turns; what
  // is read after it is what the one before has committed. A newcomer whose wish is kept for another gets no row, and
  // sign-up tries another name; who changes theirs is refused as by the unique key.
  await sql`
    create function users_handle_is_free() returns trigger language plpgsql as $$
    declare
      one text;
    begin
      if tg_op = 'UPDATE' and new.handle = old.handle then
        return new;
      end if;
      for one in
        select h from unnest(case when tg_op = 'UPDATE' then array[old.handle, new.handle] else array[new.handle] end) h
        order by h
      loop
        perform pg_advisory_xact_lock(hashtextextended('handle ' || one, 0));
      end loop;
      if exists (
        select from handle_redirects where handle = new.handle and user_id <> new.id and until > app_now()
      ) then
        if tg_op = 'INSERT' then
          return null;
        end if;
        raise unique_violation using constraint = 'users_handle_key', message = 'this handle is kept for another';
      end if;
      delete from handle_redirects where handle = new.handle;
      if tg_op = 'UPDATE' then
        insert into handle_redirects (handle, user_id, until)
        values (old.handle, old.id, app_now() + interval '30 days')
        on conflict (handle) do update set user_id = excluded.user_id, until = excluded.until;
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger users_handle_is_free before insert or update of handle on users
    for each row execute function users_handle_is_free()`.execute(db);
};
