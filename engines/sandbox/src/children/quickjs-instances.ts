import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as wasmFile from '@jitl/quickjs-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';
import { Realm } from './realm.ts';

const maxIdle = 16;
const keptHeapBytes = 32 * 1024 * 1024;
const pageBytes = 65_536;
/** What the module asks for at least, what it allows at most, and what its data and machine stack take of it. */
const initialPages = 256;
const maxPages = 32_768;
const reservedBytes = 5_500_000;

/**
 * Realms by workflow version, each in its own WebAssembly instance.
 *
 * I1 Two versions never share an instance, so an error in QuickJS that corrupts its memory cannot reach another version.
 * I2 The limit of memory is that of the WebAssembly memory: QuickJS itself counts no bytes on this platform.
 * I3 Two runs never share an instance at the same time. I4 At most 16 instances rest.
 */
export class QuickJsInstances {
  private readonly make: (memoryBytes: number) => Promise<Realm>;
  /** Oldest first. */
  private readonly idle: { readonly version: string; readonly realm: Realm }[] = [];

  private constructor(wasmModule: WebAssembly.Module) {
    this.make = async (memoryBytes) => {
      const maximum = Math.min(Math.max(Math.ceil((reservedBytes + memoryBytes) / pageBytes), initialPages), maxPages);
      const wasmMemory = new WebAssembly.Memory({ initial: initialPages, maximum });
      const variant = newVariant(wasmFile.default as unknown as QuickJSSyncVariant, { wasmModule, wasmMemory });
      return new Realm(await newQuickJSWASMModuleFromVariant(variant), maximum * pageBytes, memoryBytes);
    };
  }

  static async load(): Promise<QuickJsInstances> {
    const file = fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));
    const instances = new QuickJsInstances(await WebAssembly.compile(await readFile(file)));
    await instances.make(0);
    return instances;
  }

  /** A clean realm of a version: one that rests, or a new one. */
  async take(version: string, memoryBytes: number): Promise<Realm> {
    const at = this.idle.findLastIndex((entry) => entry.version === version && entry.realm.limitBytes === memoryBytes);
    return at < 0 ? this.make(memoryBytes) : (this.idle.splice(at, 1)[0] as { realm: Realm }).realm;
  }

  /** Takes a realm back after a run, unless its memory grew large or to its limit: it never shrinks. */
  giveBack(version: string, realm: Realm): void {
    if (realm.memoryBytes > keptHeapBytes || realm.memoryFull) return;
    realm.reset();
    this.idle.push({ version, realm });
    if (this.idle.length > maxIdle) this.idle.shift();
  }
}
