// upload: 1 GiB (times --scale) over loopback by tus to the whole server, against the same bytes to a bare Node HTTP sink
// that pipes them into a file on the same disk. Both are processes of their own and take turns; the sender is this one.
//
// sink_ratio: our bytes a second / the sink's, median of pairs. rss_growth_mb: the most that our process had in memory
// while it received, above what it had before.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { end } from '../apps/server/src/testing/processes.ts';
import { type Account, join } from '../e2e/stage/accounts.ts';
import { openInstallation } from '../e2e/stage/installation.ts';
import { median } from './programs/figures.ts';
import type { Bench } from './run.ts';

const ROUNDS = 5;
const GIB = 2 ** 30;
const WARM_UP = 64 * 2 ** 20;
/** Sent again and again: what is in the bytes matters to nobody here. */
const PIECE = randomBytes(2 ** 20);
const SAMPLE_MS = 25;

export const bench: Bench = async ({ scale, log }) => {
  const folder = await mkdtemp(joinPath(tmpdir(), 'bench-upload-'));
  const installation = await openInstallation(joinPath(folder, 'data'));
  const sink = fork(joinPath(import.meta.dirname, 'upload', 'sink.ts'), [joinPath(folder, 'sunk')]);
  try {
    const [port] = await once(sink, 'message');
    await installation.start();
    const maker = await join(installation, 'Ines Duarte');
    const pid = Number(
      installation
        .family()
        .find((line) => line.includes('main.ts'))
        ?.split(' ')[0],
    );
    const bytes = Math.round(GIB * scale);
    const toOurs = (amount: number) => sendByTus(installation.url, maker, amount);
    const toSink = (amount: number) => send(`http://127.0.0.1:${port}/`, 'PUT', {}, amount);
    await toOurs(WARM_UP);
    await toSink(WARM_UP);

    const rounds: { ours: number; sink: number; growth: number }[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const memory = watchMemory(pid);
      const ours = bytes / (await toOurs(bytes));
      const growth = memory.end();
      const other = bytes / (await toSink(bytes));
      rounds.push({ ours, sink: other, growth });
      log(`round ${round}: ours ${mb(ours)} MB/s (+${mb(growth)} MB in memory), sink ${mb(other)} MB/s`);
    }
    return {
      sink_ratio: median(rounds.map(({ ours, sink: other }) => ours / other)),
      rss_growth_mb: Math.max(...rounds.map(({ growth }) => growth)) / 1e6,
      mb_per_s: median(rounds.map(({ ours }) => ours)) / 1e6,
      sink_mb_per_s: median(rounds.map(({ sink: other }) => other)) / 1e6,
    };
  } finally {
    await end(sink);
    await installation.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** One upload in one request; what came of it is deleted again. @returns seconds from its first byte to the answer */
const sendByTus = async (url: string, maker: Account, bytes: number): Promise<number> => {
  const { mediaId, uploadUrl } = await maker.client.call('POST /media/uploadSession', {
    body: { purpose: 'video', filename: 'film.mp4', bytes: bytes + 1 }, // one byte is missing: nothing begins to work on it
  });
  const headers = {
    cookie: maker.cookie(),
    'tus-resumable': '1.0.0',
    'upload-offset': '0',
    'content-type': 'application/offset+octet-stream',
  };
  const seconds = await send(url + uploadUrl, 'PATCH', headers, bytes);
  await maker.client.call('DELETE /media/:id', { params: { id: mediaId } });
  return seconds;
};

const send = async (url: string, method: string, headers: Record<string, string>, bytes: number): Promise<number> => {
  const began = performance.now();
  const sending = request(url, { method, headers: { ...headers, 'content-length': bytes } });
  const answered = once(sending, 'response');
  for (let left = bytes; left > 0; left -= PIECE.length)
    if (!sending.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE)) await once(sending, 'drain');
  sending.end();
  const [answer] = await answered;
  answer.resume();
  if (answer.statusCode !== 204) throw new Error(`${url} answered ${answer.statusCode}`);
  return (performance.now() - began) / 1000;
};

/** Bytes of a process in memory, looked at again and again; `end` says by how much the most exceeds the first. */
const watchMemory = (pid: number) => {
  const now = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  const first = now();
  let most = first;
  const timer = setInterval(() => {
    most = Math.max(most, now());
  }, SAMPLE_MS);
  return {
    end() {
      clearInterval(timer);
      return Math.max(most, now()) - first;
    },
  };
};

const mb = (bytes: number): string => (bytes / 1e6).toFixed(0);
