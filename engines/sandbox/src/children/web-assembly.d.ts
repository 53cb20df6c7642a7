/** The part of WebAssembly that Node has and the language library does not declare. */
declare namespace WebAssembly {
  interface Module {
    readonly __module: never;
  }
  class Memory {
    constructor(pages: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
