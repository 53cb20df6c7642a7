import type { SchemaCompiler } from '@conv3n/platform';
import { type TestPlatform, testPlatform } from '@conv3n/platform/testing';
import { memoryStorage } from '../memory-storage.ts';
import type { RuntimeOptions } from '../options.ts';
import type { Plugin, PluginManifest } from '../plugin.ts';
import { createRuntime, type Runtime } from '../runtime.ts';

/** A runtime on a test platform with storage in memory. */
export interface TestRuntime {
  readonly platform: TestPlatform;
  readonly runtime: Runtime;
  /** Settles a lifecycle operation by moving time as far as its hooks need, at most `limitMs`. */
  settled<Value>(operation: Promise<Value>, limitMs?: number): Promise<Value>;
}

const acceptAll: SchemaCompiler = () => () => [];
const stepMs = 100;

/** A runtime for tests of plugins; schemas are not checked unless `compileSchema` is given. */
export function testRuntime(options: Partial<RuntimeOptions> = {}): TestRuntime {
  const platform = testPlatform();
  const runtime = createRuntime({ platform, storage: memoryStorage(platform), compileSchema: acceptAll, ...options });
  return {
    platform,
    runtime,
    async settled(operation, limitMs = 120_000) {
      let over = false;
      const end = (): void => {
        over = true;
      };
      operation.then(end, end);
      await platform.settle();
      for (let waited = 0; !over && waited < limitMs; waited += stepMs) await platform.advance(stepMs);
      return operation;
    },
  };
}

/** A plugin with the manifest's required fields filled in and every capability declared. */
export function testPlugin(
  id: string,
  hooks: Omit<Plugin, 'manifest'> = {},
  manifest: Partial<PluginManifest> = {},
): Plugin {
  const verbs = [
    'svc:call',
    'svc:register',
    'evt:emit',
    'evt:subscribe',
    'store:read',
    'store:write',
    'state:read',
    'state:write',
  ];
  return {
    manifest: {
      id,
      version: '1.0.0',
      description: 'A plugin of a test.',
      capabilities: verbs.map((verb) => `${verb}:*`),
      ...manifest,
    },
    ...hooks,
  };
}
