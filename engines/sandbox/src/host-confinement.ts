import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { entryFile } from './child-command.ts';

/**
 * What the host lets this process put around Node code:
 * `namespaces` own user, PID, mount, network, IPC and host-name namespaces, a root with only the declared paths, no capabilities;
 * `own-user` a user id that owns nothing (needs root); `guard` resource limits at most: a guard against mistakes, not a wall.
 */
export type ConfinementLevel = 'namespaces' | 'own-user' | 'guard';

/** The tools and the level found on this host. */
export interface HostConfinement {
  readonly level: ConfinementLevel;
  /** The program that ends a child with its parent; absent where it is not installed. */
  readonly setpriv: boolean;
  readonly prlimit: boolean;
}

/** Paths and limits of one process. */
export interface ConfinementRequest {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly dataBytes: number;
  readonly cpuSeconds: number;
  readonly fileBytes: number;
}

/** Mounts a new root with only the given paths, then enters it without capabilities. Arguments: (mode path)..., --, command.
 * The root hides `/sys` of its own mount namespace: that exists on every host, and nothing is needed of it.
 */
const enterRoot = `set -e
root=/sys
mount -t tmpfs -o size=1m,mode=755 tmpfs "$root"
show() {
  [ -e "$2" ] || return 0
  if [ -d "$2" ]; then mkdir -p "$root$2"; else mkdir -p "$root\${2%/*}"; : > "$root$2"; fi
  mount --rbind "$2" "$root$2"
  mount -o "remount,bind,$1,nosuid,nodev" "$root$2"
}
for dir in /lib /lib64 /usr/lib /usr/lib64 /usr/local/lib; do
  if [ -L "$dir" ]; then mkdir -p "$root\${dir%/*}"; cp -P "$dir" "$root$dir"; else show ro "$dir"; fi
done
while [ "$1" != -- ]; do show "$1" "$2"; shift 2; done
shift
mkdir -p "$root/dev"
for device in null urandom; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mount -o remount,ro "$root"
exec chroot "$root" "$@"`;

const namespaceFlags = ['--user', '--map-root-user', '--mount', '--pid', '--net', '--ipc', '--uts', '--fork'];
const unprivileged = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
const toolPaths = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
const firstUserId = 61_184;
const userIds = 4000;
let nextUser = 0;

/** Tries the levels from the strongest down, by running Node in each. */
export async function detectHostConfinement(allowed: 'auto' | 'off'): Promise<HostConfinement> {
  const [setpriv, prlimit] = await Promise.all([
    works('setpriv', ['--pdeathsig', 'KILL', 'true']),
    works('prlimit', ['--core=0', 'true']),
  ]);
  const base = { setpriv, prlimit };
  const guard: HostConfinement = { ...base, level: 'guard' };
  if (process.platform !== 'linux' || allowed === 'off' || !setpriv || !prlimit) return guard;
  const candidates: HostConfinement[] = [{ ...base, level: 'namespaces' }];
  if (process.getuid?.() === 0) candidates.push({ ...base, level: 'own-user' });
  for (const candidate of candidates) {
    const probe = ['-e', `require('node:fs').readFileSync(${JSON.stringify(entryFile('node-code'))})`];
    const { file, args } = confine(candidate, probeRequest, [process.execPath, ...probe]);
    if (await works(file, args)) return candidate;
  }
  return guard;
}

const probeRequest = { read: [], write: [], dataBytes: 2 ** 30, cpuSeconds: 10, fileBytes: 0 };

/** The command that runs `command` behind what the host allows. */
export function confine(
  host: HostConfinement,
  request: ConfinementRequest,
  command: readonly string[],
): { readonly file: string; readonly args: string[] } {
  const limits = limitsOf(host, request);
  const wrapped = [...limits, ...wrap(host, request, command)];
  return { file: wrapped[0] as string, args: wrapped.slice(1) };
}

function wrap(host: HostConfinement, request: ConfinementRequest, command: readonly string[]): string[] {
  if (host.level === 'namespaces') {
    const own = dirname(dirname(entryFile('node-code')));
    const shown = ['/usr/bin/setpriv', process.execPath, own, join(dirname(own), 'package.json'), ...request.read];
    const paths = [...shown.flatMap((path) => ['ro', path]), ...request.write.flatMap((path) => ['rw', path])];
    const script = ['sh', '-c', enterRoot, 'sh', ...paths, '--'];
    const inside = ['/usr/bin/setpriv', ...unprivileged, ...command];
    return ['unshare', ...namespaceFlags, '--kill-child', '--propagation', 'private', ...script, ...inside];
  }
  if (host.level === 'own-user') {
    const id = String(firstUserId + nextUser);
    nextUser = (nextUser + 1) % userIds;
    const user = ['--reuid', id, '--regid', id, '--clear-groups', '--pdeathsig', 'KILL'];
    return ['setpriv', ...user, ...unprivileged, ...command];
  }
  return host.setpriv ? ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', ...command] : [...command];
}

/** Limits by `prlimit`. Not the address space: V8 reserves far more than it uses. The data limit counts Buffers too. */
function limitsOf(host: HostConfinement, request: ConfinementRequest): string[] {
  if (!host.prlimit) return [];
  const limits = ['--core=0', '--nofile=256', `--data=${request.dataBytes}`, `--cpu=${request.cpuSeconds}`];
  limits.push(`--fsize=${request.fileBytes}`);
  if (host.level !== 'guard') limits.push('--nproc=128');
  return ['prlimit', ...limits];
}

function works(file: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { env: { PATH: toolPaths.join(':') }, timeout: 10_000, cwd: '/' };
    execFile(file, args, options, (error) => resolve(error === null));
  });
}

/** The environment of a confined command: only where its tools are, dropped before user code runs. */
export const toolEnvironment: Readonly<Record<string, string>> = { PATH: toolPaths.join(':') };
