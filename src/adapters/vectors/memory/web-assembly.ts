/** What is used of WebAssembly, whose types come with those of browsers only. */
interface WebAssemblyApi {
  readonly Memory: new (descriptor: { readonly initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  readonly Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export interface Memory {
  /** Another one after each `grow`. */
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Opaque. */
export type Module = object;

export const {
  Memory: WasmMemory,
  Module: WasmModule,
  Instance: WasmInstance,
} = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
