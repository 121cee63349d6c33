import { type Kysely, sql } from 'kysely';

/** As before (202611252200), but the handle of somebody who is erased leads nowhere. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create or replace function users_handle_is_free() returns trigger language plpgsql as $$
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
      if tg_op = 'UPDATE' and new.status <> 'deleted' then
        insert into handle_redirects (handle, user_id, until)
        values (old.handle, old.id, app_now() + interval '30 days')
        on conflict (handle) do update set user_id = excluded.user_id, until = excluded.until;
      end if;
      return new;
    end $$`.execute(db);
};
