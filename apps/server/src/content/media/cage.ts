/**
 * The cage: every foreign program that touches a stranger's bytes (ffmpeg, ffprobe, heif-convert, sharp) runs in here.
 *
 * Inside there is no network, no other process, no home, no `/proc`; `/usr` and the loader's files are read-only, the
 * source is one read-only file and the job's own folder is the only place that can be written. Wall time, processor
 * time, memory, size of a file and size of the whole folder are bounded. What protects is this, not ffmpeg's flags.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

export type CageKind = 'bwrap' | 'unshare' | 'open';
/** `node` is the program that runs the server. */
export type CagedTool = 'ffmpeg' | 'ffprobe' | 'heif-convert' | 'node';

/** Bounds of one caged run. Each is hard: reaching it ends the run. */
export interface CageLimits {
  /** Real time in milliseconds, from start to end. */
  readonly wallMs: number;
  /** Processor time in seconds, all threads together. */
  readonly cpuSeconds: number;
  /** Address space in bytes. */
  readonly memoryBytes: number;
  /** Bytes in the job's folder, all files together; one file may not be larger either. */
  readonly outputBytes: number;
}

export interface CagedRun {
  readonly tool: CagedTool;
  /** The job's own folder on the host: read-write, and the working directory, so outputs are named relative to it. */
  readonly folder: string;
  /** A file on the host that may be read; `args` gets the path it has inside. */
  readonly source?: string;
  /** Files and folders of our own that the program needs: read-only, under the path that they have here. */
  readonly readOnly?: readonly string[];
  readonly args: (source: string) => readonly string[];
  readonly limits: CageLimits;
  /** Called with each line of standard output as it comes; without it the output is collected (up to 8 MiB). */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** It gets what everything else on the machine leaves. */
  readonly quiet?: boolean;
}

export type CagedFailure = 'exit' | 'timeout' | 'output_too_large' | 'aborted' | 'not_started';

export type CagedResult =
  | { readonly ok: true; readonly stdout: string; readonly stderr: string; readonly ms: number }
  | { readonly ok: false; readonly why: CagedFailure; readonly stderr: string; readonly ms: number };

export interface Cage {
  readonly kind: CageKind;
  /** Runs to the end, a bound, or the signal. Never rejects for what the program did: the result says it. */
  run(run: CagedRun): Promise<CagedResult>;
}

/** Where the programs are. A bare name is looked for in `PATH`. */
export interface CagedTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly 'heif-convert': string;
}

export const DEFAULT_TOOLS: CagedTools = { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', 'heif-convert': 'heif-convert' };

const STDOUT_BYTES = 8 * 1024 * 1024;
const STDERR_BYTES = 16 * 1024;
const FOLDER_CHECK_MS = 1000;
const FOLDER_INSIDE = '/job';
const SOURCE_INSIDE = '/source';
const UNSHARE_ROOT = '.root';

/** What the loader needs beside `/usr`; Debian's BLAS, which ffmpeg links, is reached through `/etc/alternatives`. */
const LOADER_FILES = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d'];
const ROOT_LINKS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Makes a cage of a kind that {@link findCage} found to work. */
export function createCage(kind: CageKind, tools: CagedTools = DEFAULT_TOOLS): Cage {
  return { kind, run: (run) => runCaged(kind, tools, run) };
}

/** The same cage, whose programs get what everything else on the machine leaves. */
export function quietly(cage: Cage): Cage {
  return { ...cage, run: (run) => cage.run({ ...run, quiet: true }) };
}

/** The absolute path of a program, links followed, or undefined when there is none. */
export function findProgram(name: string): string | undefined {
  const places = name.includes('/')
    ? [name]
    : [...(process.env.PATH ?? '').split(':'), '/usr/local/bin', '/usr/bin', '/bin'].map((place) => join(place, name));
  const found = places.find((place) => existsSync(place));
  return found === undefined ? undefined : realpathSync(found);
}

/** The command line that runs a program in the cage. Exported for the doctor, which tries it with `true`. */
export function cagedCommand(
  kind: CageKind,
  program: string,
  args: readonly string[],
  run: Pick<CagedRun, 'folder' | 'source' | 'readOnly' | 'limits' | 'quiet'>,
): readonly string[] {
  const nice = ['nice', '-n', run.quiet ? '19' : '5'];
  const bounded = [
    'prlimit',
    `--cpu=${Math.ceil(run.limits.cpuSeconds)}`,
    `--as=${Math.ceil(run.limits.memoryBytes)}`,
    `--fsize=${Math.ceil(run.limits.outputBytes)}`,
    '--core=0',
    '--nofile=512',
    '--',
    program,
    ...args,
  ];
  switch (kind) {
    case 'bwrap':
      return [...nice, 'bwrap', ...bwrapArgs(program, run), '--', ...bounded];
    case 'unshare':
      return [...nice, 'setpriv', '--pdeathsig', 'KILL', ...unshareArgs(program, run), ...bounded];
    case 'open':
      return findProgram('prlimit') === undefined ? [program, ...args] : bounded;
  }
}

function bwrapArgs(program: string, run: Pick<CagedRun, 'folder' | 'source' | 'readOnly'>): string[] {
  const args = ['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'];
  for (const [name, value] of Object.entries(cagedEnvironment())) args.push('--setenv', name, value);
  args.push('--dev', '/dev'); // first: what is bound after it may lie below it
  for (const path of readOnlyPaths(program, run.readOnly)) args.push('--ro-bind', path, path);
  for (const link of ROOT_LINKS.filter(existsSync)) {
    if (realpathSync(link) === link) args.push('--ro-bind', link, link);
    else args.push('--symlink', realpathSync(link), link);
  }
  args.push('--bind', run.folder, FOLDER_INSIDE);
  if (run.source !== undefined) args.push('--ro-bind', run.source, SOURCE_INSIDE);
  return [...args, '--chdir', FOLDER_INSIDE];
}

/**
 * Builds the same empty root by hand for machines without bubblewrap. Paths come as arguments, never inside the text,
 * so that a space or a quote in a path stays a space or a quote.
 */
const UNSHARE_SCRIPT = `set -eu
folder=$1; source=$2; count=$3; shift 3
root=$folder/${UNSHARE_ROOT}; mkdir -p "$root"
mount -t tmpfs -o size=1m,mode=755 cage "$root"
while [ "$count" -gt 0 ]; do
  if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root\${1%/*}"; : > "$root$1"; fi
  mount --rbind "$1" "$root$1"; mount -o remount,bind,ro "$root$1" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev "$root$1"
  shift; count=$((count - 1))
done
for link in ${ROOT_LINKS.join(' ')}; do
  if [ -L "$link" ]; then ln -s "$(readlink -f "$link")" "$root$link"; fi
done
mkdir -p "$root/dev" "$root/proc" "$root${FOLDER_INSIDE}" "$root/old"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
for device in null zero urandom; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mount --bind "$folder" "$root${FOLDER_INSIDE}"
if [ -n "$source" ]; then : > "$root${SOURCE_INSIDE}"; mount --bind "$source" "$root${SOURCE_INSIDE}"; mount -o remount,bind,ro "$root${SOURCE_INSIDE}" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev "$root${SOURCE_INSIDE}"; fi
cd "$root"; pivot_root . old; cd /
umount -l /old
umount -l /proc
cd ${FOLDER_INSIDE}
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"`;

function unshareArgs(program: string, run: Pick<CagedRun, 'folder' | 'source' | 'readOnly'>): string[] {
  const paths = [
    ...readOnlyPaths(program, run.readOnly),
    ...ROOT_LINKS.filter((link) => existsSync(link) && realpathSync(link) === link),
  ];
  const environment = Object.entries(cagedEnvironment()).map(([name, value]) => `${name}=${value}`);
  const namespaces = [
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    '--pid',
    '--ipc',
    '--uts',
    '--fork',
    '--kill-child=KILL',
  ];
  const script = ['sh', '-c', UNSHARE_SCRIPT, 'cage', run.folder, run.source ?? '', String(paths.length), ...paths];
  return ['unshare', ...namespaces, 'env', '-i', ...environment, ...script];
}

function readOnlyPaths(program: string, more: readonly string[] = []): string[] {
  const own = realpathSync(dirname(program));
  const outside = own.startsWith('/usr/') || ROOT_LINKS.some((link) => own === link) ? [] : [own];
  return ['/usr', ...LOADER_FILES.filter(existsSync), ...outside, ...more];
}

/** Two malloc arenas keep the address space of many threads near what they really use. */
function cagedEnvironment(): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    LANG: 'C.UTF-8',
    TMPDIR: FOLDER_INSIDE,
    HOME: FOLDER_INSIDE,
    MALLOC_ARENA_MAX: '2',
  };
}

async function runCaged(kind: CageKind, tools: CagedTools, run: CagedRun): Promise<CagedResult> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const name = run.tool === 'node' ? process.execPath : tools[run.tool];
  const program = findProgram(name);
  if (program === undefined) {
    return { ok: false, why: 'not_started', stderr: `${name} is not installed`, ms: elapsed() };
  }
  if (run.signal?.aborted) return { ok: false, why: 'aborted', stderr: '', ms: elapsed() };

  const source = kind === 'open' ? (run.source ?? '') : SOURCE_INSIDE;
  const [command = '', ...args] = cagedCommand(kind, program, run.args(source), run);
  const child = spawn(command, args, {
    cwd: run.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cagedEnvironment(),
      PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin`,
      ...(kind === 'open' ? { HOME: run.folder, TMPDIR: run.folder } : {}),
    },
  });

  let why: CagedFailure = 'exit';
  const end = (reason: CagedFailure) => {
    why = reason;
    child.kill('SIGKILL');
  };
  const onAbort = () => end('aborted');
  run.signal?.addEventListener('abort', onAbort, { once: true });
  const wall = setTimeout(() => end('timeout'), run.limits.wallMs);
  const watch = watchFolder(run.folder, run.limits.outputBytes, () => end('output_too_large'));
  const output = collect(child, run.onLine, () => end('output_too_large'));
  try {
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', (error) => {
        why = 'not_started';
        output.stderr(`${error.message}\n`);
        resolve(null);
      });
      child.once('close', resolve);
    });
    const { stdout, stderr } = output.read();
    if (code === 0 && why === 'exit') return { ok: true, stdout, stderr, ms: elapsed() };
    // The kernel ends a program that writes past the size of one file before our own watch sees it.
    if (why === 'exit' && (await folderBytes(run.folder)) >= run.limits.outputBytes) why = 'output_too_large';
    return { ok: false, why, stderr, ms: elapsed() };
  } finally {
    clearTimeout(wall);
    clearInterval(watch);
    run.signal?.removeEventListener('abort', onAbort);
    // The mount point of the hand-made root; its mounts went with the namespace.
    if (kind === 'unshare') await rm(join(run.folder, UNSHARE_ROOT), { recursive: true, force: true });
  }
}

/** Standard output (lines to the listener or bounded text) and the last bytes of standard error. */
function collect(child: ChildProcess, onLine: ((line: string) => void) | undefined, tooMuch: () => void) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let stderr = '';
  const addStderr = (text: string) => {
    stderr = (stderr + text).slice(-STDERR_BYTES);
  };
  child.stderr?.on('data', (chunk: Buffer) => addStderr(chunk.toString('utf8')));
  if (onLine !== undefined && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  else {
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > STDOUT_BYTES) tooMuch();
      else chunks.push(chunk);
    });
  }
  return { stderr: addStderr, read: () => ({ stdout: Buffer.concat(chunks).toString('utf8'), stderr }) };
}

function watchFolder(folder: string, limit: number, over: () => void): NodeJS.Timeout {
  return setInterval(() => {
    folderBytes(folder).then(
      (bytes) => bytes > limit && over(),
      () => undefined, // the folder went away under us: the run ends by itself
    );
  }, FOLDER_CHECK_MS);
}

/** Names of the plain files in a folder. A link is not one: whoever broke into a caged program could have it point anywhere. */
export async function plainFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** Bytes of all files below a folder; files that vanish while we look count as nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          (info) => info.size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
