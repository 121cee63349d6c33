/** Programs of the system that we run but don't ship: ffmpeg, the cage around it, and a browser for the tests. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, platform, stdin } from 'node:process';
import { SetupError, say } from './root.mjs';

/**
 * What must be there: `any` of these programs (or the one that the variable names), else Debian's and Homebrew's package.
 * @type {readonly {any: string[], variable?: string, apt: string[], brew?: string, only?: 'test', on?: 'linux'}[]}
 */
const TOOLS = [
  { any: ['ffmpeg'], variable: 'FFMPEG_PATH', apt: ['ffmpeg'], brew: 'ffmpeg' },
  { any: ['ffprobe'], variable: 'FFPROBE_PATH', apt: ['ffmpeg'], brew: 'ffmpeg' },
  { any: ['heif-convert'], apt: ['libheif-examples', 'libheif-plugin-libde265'], brew: 'libheif' },
  { any: ['bwrap'], apt: ['bubblewrap'], on: 'linux' },
  {
    any: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    variable: 'CHROMIUM_PATH',
    apt: ['chromium', 'chromium-sandbox'],
    brew: '--cask chromium',
    only: 'test',
  },
];

/** @param {'start' | 'test'} purpose */
export function installTools(purpose) {
  const missing = missingTools(purpose);
  if (missing.length > 0) install(missing);
  if (platform === 'linux' && !cageWorks()) {
    say(
      'Note: neither bwrap nor unshare may make a cage here (a container without rights?), so videos will be refused. ' +
        'The doctor command explains.',
    );
  }
}

/** @param {'start' | 'test'} purpose */
const missingTools = (purpose) =>
  TOOLS.filter(({ only, on }) => (only ?? purpose) === purpose && (on ?? platform) === platform).filter(
    ({ any, variable }) => !(variable && env[variable]) && !any.some(inPath),
  );

/** The two ways of content/media/cage.ts, tried for real: the program may be there and the kernel refuse. */
const cageWorks = () =>
  succeeds('bwrap', '--unshare-net', '--ro-bind', '/', '/', 'true') || succeeds('unshare', '-rn', 'true');

function install(missing) {
  const names = missing.map(({ any }) => any[0]).join(', ');
  if (platform === 'darwin') {
    const lines = new Set(missing.map(({ brew }) => `  brew install ${brew}`));
    throw new SetupError(`Missing: ${names}. Please run, and try again:\n\n${[...lines].join('\n')}`);
  }
  if (!inPath('apt-get')) {
    throw new SetupError(`Missing: ${names}. Please install them with this system's package manager, and try again.`);
  }

  const line = (packages) => ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  const wanted = [...new Set(missing.flatMap(({ apt }) => apt))];
  const rights = waysToRoot();
  if (!rights) {
    if (names === 'bwrap' && cageWorks()) return; // unshare will do
    const packages = wanted.filter((name) => !name.includes('plugin'));
    const command = `apt-get update && ${line(packages).join(' ')}`;
    throw new SetupError(`Missing: ${names}. Please run as root, and try again:\n\n  ${command}`);
  }

  say(`Installing ${names} (apt-get, about a minute) ...`);
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  run([...rights, ...quiet, 'apt-get', 'update', ...lock]);
  // Only some releases have the plugin apart; where it is, nothing else brings it.
  const known = wanted.filter((name) => !name.includes('plugin') || succeeds('apt-cache', 'show', name));
  run([...rights, ...quiet, ...line(known), ...lock]);
}

/** What to put before a command so that root runs it; undefined when nothing helps. */
function waysToRoot() {
  if (process.getuid?.() === 0) return [];
  if (!inPath('sudo')) return undefined;
  if (succeeds('sudo', '-n', 'true')) return ['sudo', '-n'];
  return stdin.isTTY ? ['sudo'] : undefined;
}

function run([command, ...args]) {
  const asks = command === 'sudo' && args[0] !== '-n'; // asks for the password on the terminal
  const { status, stdout, stderr } = spawnSync(command, args, {
    stdio: [asks ? 'inherit' : 'ignore', 'pipe', asks ? 'inherit' : 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new SetupError(`${[command, ...args].join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`);
}

const succeeds = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function inPath(name) {
  return (env.PATH ?? '').split(delimiter).some((dir) => {
    try {
      const file = join(dir, name);
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
