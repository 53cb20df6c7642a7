import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as wasmFile from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';
import { Realm } from './realm.ts';

const maxIdle = 16;
const keptHeapBytes = 96 * 1024 * 1024;

/**
 * Realms by workflow version, each in its own WebAssembly instance.
 *
 * I1 Two versions never share an instance, so an error in QuickJS that corrupts its memory cannot reach another version.
 * I2 Two runs never share an instance at the same time. I3 At most 16 instances rest.
 */
export class QuickJsInstances {
  private readonly make: () => Promise<Realm>;
  /** Oldest first. */
  private readonly idle: { readonly version: string; readonly realm: Realm }[] = [];

  private constructor(wasmModule: WebAssembly.Module) {
    const shared = newVariant(wasmFile.default as unknown as QuickJSSyncVariant, { wasmModule });
    this.make = async () => new Realm(await newQuickJSWASMModuleFromVariant(shared));
  }

  static async load(): Promise<QuickJsInstances> {
    const file = fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));
    const instances = new QuickJsInstances(await WebAssembly.compile(await readFile(file)));
    await instances.make();
    return instances;
  }

  /** A clean realm of a version: one that rests, or a new one. */
  async take(version: string): Promise<Realm> {
    const at = this.idle.findLastIndex((entry) => entry.version === version);
    return at < 0 ? this.make() : (this.idle.splice(at, 1)[0] as { realm: Realm }).realm;
  }

  /** Takes a realm back after a run, unless its memory grew large: that never shrinks. */
  giveBack(version: string, realm: Realm): void {
    if (realm.memoryBytes > keptHeapBytes) return;
    realm.reset();
    this.idle.push({ version, realm });
    if (this.idle.length > maxIdle) this.idle.shift();
  }
}
