// segments: granted requests for segments, by cookie, to the whole server, against Fastify with its own static files
// serving the same ones to everybody. Both are processes of their own and take turns; autocannon asks, 20 connections.
//
// unsigned_ratio: our requests a second / the others', median of pairs. cpu_ratio: the others' processor time a request /
// ours, which neighbours on the same cores disturb less.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import autocannon from 'autocannon';
import { makeClip } from '../apps/server/src/content/media/test-clips.ts';
import { type Account, arrival, join } from '../e2e/stage/accounts.ts';
import { openInstallation } from '../e2e/stage/installation.ts';
import { median } from './programs/figures.ts';
import type { Bench } from './run.ts';

const ROUNDS = 9;
const ROUND_S = 3;
const CONNECTIONS = 20;

export const bench: Bench = async ({ scale, log }) => {
  const folder = await mkdtemp(joinPath(tmpdir(), 'bench-segments-'));
  const installation = await openInstallation(joinPath(folder, 'data'));
  let unsigned: ChildProcess | null = null;
  try {
    await installation.start();
    const maker = await join(installation, 'Ines Duarte');
    const { id, version, paths } = await publish(installation.url, maker, folder);
    const objects = joinPath(folder, 'data', 'objects', 'media', id, `private-${version}`);
    unsigned = fork(joinPath(import.meta.dirname, 'segments', 'unsigned.ts'), [
      objects,
      `/media/private/${id}/${version}/`,
    ]);
    const [port] = await once(unsigned, 'message');
    const ownPid = Number(
      installation
        .family()
        .find((line) => line.includes('main.ts'))
        ?.split(' ')[0],
    );
    const ours = { pid: ownPid, url: installation.url, headers: { cookie: maker.cookie() } };
    const others = { pid: unsigned.pid ?? 0, url: `http://127.0.0.1:${port}`, headers: {} };
    const bytes = await assertSame(ours, others, paths);
    log(`${paths.length} segments of ${Math.round(bytes / paths.length / 1000)} kB`);

    const rounds: { ours: number; unsigned: number; p99: number; cpu: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const own = await load(ours, paths, ROUND_S * scale);
      const other = await load(others, paths, ROUND_S * scale);
      if (round === 0) continue; // both are warm now
      rounds.push({ ours: own.rate, unsigned: other.rate, p99: own.p99, cpu: other.cpuMs / own.cpuMs });
      log(
        `round ${round}: ours ${own.rate.toFixed(0)} a second (p99 ${own.p99} ms, ${own.cpuMs.toFixed(2)} ms of processor), unsigned ${other.rate.toFixed(0)} (${other.cpuMs.toFixed(2)})`,
      );
    }
    return {
      unsigned_ratio: median(rounds.map((round) => round.ours / round.unsigned)),
      cpu_ratio: median(rounds.map((round) => round.cpu)),
      segments_per_s: median(rounds.map((round) => round.ours)),
      unsigned_per_s: median(rounds.map((round) => round.unsigned)),
      p99_ms: median(rounds.map((round) => round.p99)),
      segment_bytes: Math.round(bytes / paths.length),
    };
  } finally {
    unsigned?.kill();
    await installation.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** A clip of its maker's own, private, with the grant in their cookies. @returns where its video segments are */
const publish = async (url: string, maker: Account, folder: string) => {
  const data = await readFile(makeClip(folder, 'clip.mp4', { size: '240x426', seconds: 16 }));
  const { mediaId: id } = await uploadVideo({
    client: maker.client,
    data,
    file: { name: 'clip.mp4', size: data.length },
    headers: { cookie: maker.cookie(), origin: url },
  });
  const ready = async () =>
    (await maker.client.call('GET /media/:id', { params: { id } })).state === 'ready' ? id : null;
  await arrival(ready, 120_000);
  const { media } = await maker.client.call('GET /media/:id/playback', { params: { id } });
  const rung = media.hlsUrl.replace('master.m3u8', 'v240/');
  const playlist = await (await maker.fetch(`${rung}index.m3u8`)).text();
  const paths = playlist.split('\n').filter((line) => line.endsWith('.m4s'));
  return { id, version: media.version, paths: paths.map((name) => rung + name) };
};

type Side = { pid: number; url: string; headers: Record<string, string> };

/** A comparison is fair only between equal answers. @returns bytes of all of them */
const assertSame = async (ours: Side, others: Side, paths: readonly string[]): Promise<number> => {
  let bytes = 0;
  for (const path of paths) {
    const answers = await Promise.all([ours, others].map(({ url, headers }) => fetch(url + path, { headers })));
    const [own, other] = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
    if (answers.some(({ ok }) => !ok) || !own || !other?.equals(own)) throw new Error(`${path} differs`);
    bytes += own.length;
  }
  const unpaid = await fetch(ours.url + (paths[0] ?? ''));
  if (unpaid.status !== 403) throw new Error('our segments are open to everybody');
  return bytes;
};

const load = async ({ pid, url, headers }: Side, paths: readonly string[], seconds: number) => {
  const before = cpuOf(pid);
  const result = await autocannon({
    url,
    headers,
    connections: CONNECTIONS,
    duration: seconds,
    requests: paths.map((path) => ({ method: 'GET' as const, path })),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} failed`);
  const cpuMs = (cpuOf(pid) - before) / result.requests.total;
  return { rate: result.requests.total / result.duration, p99: result.latency.p99, cpuMs };
};

/** Milliseconds of processor time that a process has used; the kernel counts in hundredths of a second. */
const cpuOf = (pid: number): number => {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) * 10;
};
