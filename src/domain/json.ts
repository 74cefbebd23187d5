/** What JSON can hold. Payloads, options, metadata and results are of this type, never `any`. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}
