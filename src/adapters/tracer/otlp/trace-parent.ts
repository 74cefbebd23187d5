/** A place in a trace, as W3C Trace Context writes it: https://www.w3.org/TR/trace-context/#traceparent-header */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Later versions may go on after the flags; version 00 ends there. */
const FORM =
  /^(?<version>[\da-f]{2})-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})(?<more>-.*)?$/;

/** null: it is none, and a trace begins anew. */
export function readTraceParent(text: string): TraceParent | null {
  const { version, traceId = '', spanId = '', flags = '', more } = FORM.exec(text)?.groups ?? {};
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function writeTraceParent(place: {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}): string {
  return `00-${place.traceId}-${place.spanId}-${(place.traceFlags & 1) === 1 ? '01' : '00'}`;
}
