import { commonFlags, entryFile } from './child-command.ts';
import { ChildLink } from './child-link.ts';
import type { Frame } from './frame.ts';
import { type HostConfinement, toolEnvironment } from './host-confinement.ts';

const maxFrameBytes = 256 * 1024 * 1024;
const flagsOf = {
  /** QuickJS bounds its own stack; the machine below needs more than V8's default. */
  'quickjs-code': ['--no-experimental-sqlite', '--stack-size=3900', '--max-old-space-size=256'],
  queries: ['--no-experimental-sqlite', '--max-old-space-size=256'],
  sql: ['--max-old-space-size=512', '--allow-fs-write=*'],
} as const;

/** Children that run code of this package only; what users write reaches them as data. */
export type HouseChild = keyof typeof flagsOf;

/** Starts such a child. It loads its modules and then gives up the file system, except the SQL child, which needs it. */
export function startHouseChild(
  entry: HouseChild,
  host: HostConfinement | undefined,
  onFrame: (frame: Frame) => void,
): ChildLink {
  const node = [process.execPath, ...commonFlags, ...flagsOf[entry], '--allow-fs-read=*', entryFile(entry)];
  const command = host?.setpriv ? ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', ...node] : node;
  const [file, ...args] = command as [string, ...string[]];
  return new ChildLink({ file, args, env: host?.setpriv ? toolEnvironment : {}, maxFrameBytes }, onFrame);
}
