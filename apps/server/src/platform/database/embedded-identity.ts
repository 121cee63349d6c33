/**
 * Decides as whom PostgreSQL runs. It refuses uid 0, so for root there are three ways, tried in this order:
 *
 * 1. A user namespace without a mapping: geteuid() shows 65534, while the kernel still grants what belongs to uid 0.
 *    No account is made, nothing is copied, and a checkout in a 0700 home of root works.
 * 2. The data's owner (or nobody) with the right to pass closed folders kept as an ambient capability: for
 *    containers that refuse namespaces, and for somebody else's 0700 home under sudo.
 * 3. The data's owner (or nobody) as it is, where neither tool exists (macOS).
 *
 * Each way is tried for real, with the program and the folder that will be used. A data folder keeps its owner.
 */
import { spawnSync } from 'node:child_process';
import { lchownSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** A command line's beginning, and the ids that the process gets when they are not our own. */
export interface Identity {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY = process.platform === 'darwin' ? 4294967294 : 65534;

/** @param dir exists already; it and all in it is given to the chosen user. @param program what shall be run. */
export function chooseIdentity(dir: string, program: string): Identity {
  const self: Identity = { prefix: [] };
  const namespace: Identity = { prefix: ['unshare', '--user', '--'] };
  if (process.getuid?.() !== 0) {
    const way = hasName() ? self : namespace; // initdb wants a user with a name; some containers give only a number
    if (works(way, dir, program)) return way;
    throw new Error(`The database can't use ${dir}: it must belong to you, and ${program} must be runnable.`);
  }

  const owner = ownerOf(dir);
  if (owner.uid === 0 && works(namespace, dir, program)) return namespace;

  const { uid, gid } = owner.uid === 0 ? { uid: NOBODY, gid: NOBODY } : owner;
  give(dir, uid, gid);
  const passing: Identity = {
    prefix: [
      ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
      ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
      ...['--securebits=+no_setuid_fixup', '--'], // else access(2), by which PostgreSQL finds itself, heeds no capability
    ],
  };
  if (works(passing, dir, program)) return passing;

  const plain: Identity = { prefix: [], uid, gid };
  if (works(plain, dir, program)) return plain;
  throw new Error(
    `PostgreSQL doesn't run as root, and user ${uid} reaches ${dir} or ${program} not. ` +
      'Start as another user, or put the checkout and its data where every user may pass.',
  );
}

/** The owner of the folder, or of the nearest one above it that isn't root's when the folder is new and empty. */
function ownerOf(dir: string): { uid: number; gid: number } {
  const own = statSync(dir);
  if (own.uid !== 0 || readdirSync(dir).length > 0) return own;
  for (let at = dirname(dir); at !== dirname(at); at = dirname(at)) {
    const above = statSync(at);
    const closed = (above.mode & 0o001) === 0;
    if (above.uid !== 0 && closed) return above;
  }
  return own;
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

function works({ prefix, uid, gid }: Identity, dir: string, program: string): boolean {
  const [command, ...args] = [
    ...prefix,
    'sh',
    '-c',
    'test -w "$1" && test -x "$1" && "$2" --version',
    'sh',
    dir,
    program,
  ];
  if (command === undefined) return false;
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  return spawnSync(command, args, { stdio: 'ignore', cwd: '/', ...ids }).status === 0;
}

/** From the leaves up: an interrupted run leaves the top as it was, and the next one goes over it again. */
function give(path: string, uid: number, gid: number): void {
  const stats = lstatSync(path);
  if (stats.uid === uid && stats.gid === gid) return;
  if (stats.isDirectory()) for (const name of readdirSync(path)) give(join(path, name), uid, gid);
  lchownSync(path, uid, gid);
}
