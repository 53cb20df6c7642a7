import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Folders of one test, gone when it ends. */
export interface Scratch {
  readonly root: string;
  readonly dataDir: string;
  readonly filesDir: string;
}

/** New empty folders for the running test; nothing in them is created for the server yet. */
export function scratch(): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'conv3n-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return { root, dataDir: join(root, 'data'), filesDir: join(root, 'files') };
}

/** A mounted tmpfs of its own. */
export interface SmallDisk {
  readonly point: string;
  /** Makes it read-only, with everything in it. */
  makeReadOnly(): void;
  makeWritable(): void;
}

/** Mounts a tmpfs under `root`; undefined where this machine forbids mounting. With `CI=true` that is a failure. */
export function mountSmallDisk(root: string, size: string): SmallDisk | undefined {
  const point = join(root, 'disk');
  mkdirSync(point);
  try {
    mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', point);
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', [point]);
  });
  return {
    point,
    makeReadOnly: () => mount('-o', 'remount,ro', point),
    makeWritable: () => mount('-o', 'remount,rw', point),
  };
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' });
}
