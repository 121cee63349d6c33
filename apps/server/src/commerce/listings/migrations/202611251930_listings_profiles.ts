import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table shipping_profiles (
      id uuid primary key,
      maker_id uuid not null references users,
      name text not null,
      shipping jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`create unique index shipping_profiles_name on shipping_profiles (maker_id, lower(name))`.execute(db);
  await sql`
    alter table listings
      add shipping_profile_id uuid references shipping_profiles on delete set null,
      add returns jsonb not null default '{"days": 0, "postage": "buyer"}',
      add back_on timestamptz`.execute(db);
  await sql`create index listings_maker on listings (maker_id, created_at desc, id desc)`.execute(db);
  await sql`create index listings_profile on listings (shipping_profile_id) where shipping_profile_id is not null`.execute(
    db,
  );
  await sql`
    create table listing_additions (
      listing_id uuid not null references listings,
      seq integer not null,
      text text not null,
      at timestamptz not null,
      primary key (listing_id, seq)
    )`.execute(db);
  await sql`
    create table vacations (
      maker_id uuid primary key references users,
      returns_at timestamptz not null,
      since timestamptz not null
    )`.execute(db);
  // Each way of sending that a maker has written into pieces becomes a profile of theirs, which those pieces use.
  await sql`
    insert into shipping_profiles (id, maker_id, name, shipping, created_at, updated_at)
    select gen_random_uuid(), maker_id,
           'My shipping' || case when place = 1 then '' else ' ' || place end, shipping, now(), now()
    from (
      select maker_id, shipping, row_number() over (partition by maker_id order by min(created_at)) as place
      from listings
      where state not in ('sold', 'withdrawn')
      group by maker_id, shipping
    ) ways`.execute(db);
  await sql`
    update listings l
    set shipping_profile_id = p.id
    from shipping_profiles p
    where p.maker_id = l.maker_id and p.shipping = l.shipping and l.state not in ('sold', 'withdrawn')`.execute(db);
};
