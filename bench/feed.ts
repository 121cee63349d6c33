// feed: pages of the feed at 10,000 stories (times --scale), our server against one hand-written SQL query in bare
// Fastify that gives the same JSON. Both are processes of their own on the same database and take turns.
//
// pages_per_s, p99_ms: our feed, 20 connections, pages of 10 from random places. bare_ratio: ours / bare, medians.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import pg from 'pg';
import { startEmbedded } from '../apps/server/src/platform/database/index.ts';
import { median } from './programs/figures.ts';
import { type Program, RATE_LIMIT_SCALE, SERVER, serve } from './programs/serve.ts';
import type { Bench } from './run.ts';

const STORIES = 10_000;
const MAKERS = 200;
const ROUNDS = 5;
const ROUND_S = 6;
const CONNECTIONS = 20;
const CURSORS = 500;
const BARE = join(import.meta.dirname, 'feed', 'bare.ts');

export const bench: Bench = async ({ scale, log }) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-feed-'));
  const postgres = await startEmbedded({ dir: join(folder, 'postgres') });
  const programs: Program[] = [];
  const start = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const program = await serve(args, env);
    programs.push(program);
    return program.url;
  };
  try {
    const env = {
      DATABASE_URL: postgres.url,
      RATE_LIMIT_SCALE: `${RATE_LIMIT_SCALE}`,
      LOG_LEVEL: 'error',
      METRICS_PORT: '0',
    };
    const ours = await start([SERVER, 'start', '--role', 'api', '--no-demo', '--data', folder], env);
    const stories = Math.round(STORIES * scale);
    log(`writing ${stories} stories of ${MAKERS} makers`);
    await seed(postgres.url, stories);
    const bare = await start([BARE], env);
    const paths = await pagesOf(postgres.url);
    await assertSame(ours, bare, paths);

    const rates: { ours: number; bare: number; p99: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const own = await load(ours, paths, round === 0 ? 3 : ROUND_S);
      const other = await load(bare, paths, round === 0 ? 3 : ROUND_S);
      if (round === 0) continue; // both are warm now
      rates.push({ ours: own.rate, bare: other.rate, p99: own.p99 });
      log(
        `round ${round}: ours ${own.rate.toFixed(0)} pages/s (p99 ${own.p99} ms), bare ${other.rate.toFixed(0)} pages/s`,
      );
    }
    return {
      stories,
      pages_per_s: median(rates.map((rate) => rate.ours)),
      p99_ms: median(rates.map((rate) => rate.p99)),
      bare_pages_per_s: median(rates.map((rate) => rate.bare)),
      bare_ratio: median(rates.map((rate) => rate.ours / rate.bare)),
    };
  } finally {
    for (const program of programs) await program.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

const seed = async (url: string, stories: number) => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    `insert into users (id, email, handle, display_name, city, roles)
     select gen_random_uuid(), 'maker' || n || '@bench.test', 'maker_' || n, 'Maker ' || n, 'Lisbon', '{maker}'
     from generate_series(1, $1) n`,
    [MAKERS],
  );
  await client.query(
    `insert into media (id, owner_id, state, filename, bytes, class, version, progress, package, created_at, expires_at)
     select gen_random_uuid(), u.id, 'ready', 'clip.mp4', 1000000, 'public', 1,
            '{"stage":"done","percent":100,"speed":null,"secondsLeft":null}',
            '{"width":720,"height":1280,"durationMs":6000,"hasAudio":true,
              "mp4":[{"file":"mp4/v480.mp4","shortSide":480,"bytes":700000},{"file":"mp4/v720.mp4","shortSide":720,"bytes":1500000}],
              "poster":{"file":"poster.jpg","width":720,"height":1280},
              "thumbnails":[{"file":"thumb-160.avif","width":160},{"file":"thumb-160.webp","width":160},
                            {"file":"thumb-320.avif","width":320},{"file":"thumb-320.webp","width":320}],
              "thumbhash":"3OcRJYB4d3h/iIeHeEh3eIhw+j3A"}', now(), now()
     from generate_series(1, $1) n
     join lateral (select id from users where handle = 'maker_' || (1 + n % ${MAKERS})) u on true`,
    [stories],
  );
  await client.query(
    `insert into stories (id, maker_id, state, title, caption, sections, media_id, hashtags, created_at, updated_at, listed_at)
     select gen_random_uuid(), m.owner_id, 'listed', 'Moon jar ' || n, 'One pull of local clay. #moonjar',
            '[{"kind":"process","text":"Thrown in one piece from a local iron-rich clay, dried nine days, fired for thirty hours."},
              {"kind":"materials","text":"Stoneware, wood ash."}]',
            m.id, '{moonjar}', t.at, t.at, t.at
     from (select id, owner_id, row_number() over () as n from media) m,
          lateral (select date_trunc('milliseconds', now()) - make_interval(secs => n * 37) as at) t`,
  );
  await client.query(
    `insert into listings (id, story_id, maker_id, state, currency, asking_amount, offer_policy, shipping, created_at, updated_at)
     select gen_random_uuid(), id, maker_id, 'available', 'USD', 9000,
            '{"acceptsOffers":true,"minimumOffer":{"amount":3000,"currency":"USD"}}',
            '{"zones":[{"countries":["PT","US"],"price":{"amount":1800,"currency":"USD"},"further":{"amount":1800,"currency":"USD"}}],"combined":false,"handlingDays":3,"pickup":false,"pickupPlace":null}',
            now(), now()
     from stories`,
  );
  await client.query('vacuum analyze');
  await client.end();
};

/** The first page and pages that begin at random places. */
const pagesOf = async (url: string): Promise<string[]> => {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ at: Date; id: string }>(
    'select listed_at as at, id from stories order by md5(id::text) limit $1',
    [CURSORS],
  );
  await client.end();
  const cursors = rows.map(({ at, id }) => Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url'));
  return ['', ...cursors].map((cursor) => `/api/v1/feed/for-you?limit=10${cursor ? `&cursor=${cursor}` : ''}`);
};

/** A comparison is fair only between equal answers. */
const assertSame = async (ours: string, bare: string, paths: readonly string[]) => {
  for (const path of paths.slice(0, 20)) {
    const [own, other] = await Promise.all(
      [ours, bare].map(async (url) => sorted(await (await fetch(url + path)).json())),
    );
    if (own !== other) throw new Error(`${path} differs:\n${own}\n${other}`);
  }
};

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    member && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

const load = async (url: string, paths: readonly string[], seconds: number) => {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: paths.map((path) => ({ method: 'GET' as const, path })),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} failed`);
  return { rate: result.requests.total / result.duration, p99: result.latency.p99 };
};
