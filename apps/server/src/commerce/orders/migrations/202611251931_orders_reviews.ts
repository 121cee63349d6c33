import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table order_reviews (
      id uuid primary key,
      order_id uuid not null references orders,
      story_id uuid not null,
      -- Who wrote it.
      side text not null check (side in ('buyer', 'maker')),
      author_id uuid not null references users,
      about_id uuid not null references users,
      stars smallint not null check (stars between 1 and 5),
      text text not null,
      written_at timestamptz not null,
      published_at timestamptz,
      reply_text text,
      replied_at timestamptz,
      removed_at timestamptz,
      unique (order_id, side),
      check ((reply_text is null) = (replied_at is null))
    )`.execute(db);
  for (const [name, column] of [
    ['order_reviews_about', 'about_id'],
    ['order_reviews_story', 'story_id'],
  ] as const) {
    await sql`
      create index ${sql.raw(name)} on order_reviews (${sql.raw(column)}, published_at desc, id desc) include (stars)
      where published_at is not null and removed_at is null`.execute(db);
  }
  // What is said publicly of somebody is never changed afterwards.
  await sql`
    create function order_review_stands() returns trigger language plpgsql as $$
    begin
      if (new.stars, new.text, new.author_id, new.about_id, new.order_id)
         is distinct from (old.stars, old.text, old.author_id, old.about_id, old.order_id) then
        raise exception 'a review is never changed' using errcode = 'check_violation';
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger order_reviews_stand before update on order_reviews
    for each row execute function order_review_stands()`.execute(db);
};
