/** Finds which kind of cage this machine allows, and explains it to an operator. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cage,
  type CagedTools,
  type CageKind,
  cagedCommand,
  createCage,
  DEFAULT_TOOLS,
  findProgram,
} from './cage.ts';

/** What was found; `cage` is undefined where transcoding has to be refused. */
export interface CageFinding {
  readonly cage: Cage | undefined;
  readonly summary: string;
  /** One line a thing tried or missing, in words an operator can act on. */
  readonly details: readonly string[];
}

export interface CageSettings {
  readonly tools?: CagedTools;
  /** The operator's explicit word that ffmpeg may run without a cage. */
  readonly allowOpen?: boolean;
}

/** Tries bubblewrap, then plain namespaces, then the operator's override. Takes some 20 ms; ask once a process. */
export function cageDoctor({ tools = DEFAULT_TOOLS, allowOpen = false }: CageSettings = {}): CageFinding {
  const details: string[] = [];
  for (const tool of ['ffmpeg', 'ffprobe'] as const) {
    if (findProgram(tools[tool]) === undefined) {
      details.push(`${tools[tool]} is not installed: apt-get install ffmpeg, or set FFMPEG_PATH.`);
    }
  }
  if (details.length > 0) return { cage: undefined, summary: 'Video cannot be processed: ffmpeg is missing.', details };

  for (const kind of ['bwrap', 'unshare'] as const) {
    const trouble = tryCage(kind);
    if (trouble === undefined) {
      return { cage: createCage(kind, tools), summary: `ffmpeg runs in a ${kind} cage without network.`, details };
    }
    details.push(trouble);
  }
  if (allowOpen) {
    details.push(
      'The override is set: ffmpeg runs with time, memory and size limits only. Process files of people you trust.',
    );
    return {
      cage: createCage('open', tools),
      summary: 'ffmpeg runs WITHOUT a cage, by the operator’s override.',
      details,
    };
  }
  details.push(
    'Install bubblewrap (apt-get install bubblewrap) and allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, ' +
      'kernel.apparmor_restrict_unprivileged_userns=0; in a container: --security-opt seccomp=unconfined or a profile with unshare).',
  );
  return { cage: undefined, summary: 'Video cannot be processed: this machine allows no cage for ffmpeg.', details };
}

/** Runs `true` in a cage of this kind: undefined when it works, otherwise what stood in the way. */
function tryCage(kind: Exclude<CageKind, 'open'>): string | undefined {
  const needed = kind === 'bwrap' ? ['bwrap', 'prlimit'] : ['unshare', 'setpriv', 'prlimit', 'pivot_root'];
  const missing = needed.find(
    (name) => findProgram(name) === undefined && findProgram(`/usr/sbin/${name}`) === undefined,
  );
  if (missing !== undefined) return `${kind}: the program ${missing} is not installed.`;

  const folder = mkdtempSync(join(tmpdir(), 'cage-'));
  const source = join(folder, 'source');
  writeFileSync(source, '');
  try {
    const limits = { wallMs: 5000, cpuSeconds: 5, memoryBytes: 2 ** 30, outputBytes: 2 ** 20 };
    const [command = '', ...args] = cagedCommand(kind, '/usr/bin/true', [], { folder, source, limits });
    const result = spawnSync(command, args, { timeout: limits.wallMs, encoding: 'utf8', cwd: folder });
    if (result.status === 0) return undefined;
    return `${kind}: ${(result.stderr || result.error?.message || `ended with ${result.status}`).trim()}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
