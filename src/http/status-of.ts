import type { FaultKind } from '#domain/fault.ts';

/** The only table from the domain's kinds of fault to status codes. */
const STATUS_OF: Readonly<Record<FaultKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  refused: 422,
  limited: 429,
  unavailable: 503,
  internal: 500,
};

const TITLE_OF: Readonly<Record<FaultKind, string>> = {
  invalid: 'The request cannot be read',
  unauthorized: 'A key is needed',
  forbidden: 'This is not allowed',
  not_found: 'There is no such thing',
  conflict: 'This does not fit what is there',
  too_large: 'The request is too large',
  unsupported: 'This kind of content is not taken',
  refused: 'The request is not acceptable',
  limited: 'Too many requests',
  unavailable: 'Not possible for the moment',
  internal: 'Something broke',
};

export function statusOf(kind: FaultKind): number {
  return STATUS_OF[kind];
}

export function titleOf(kind: FaultKind): string {
  return TITLE_OF[kind];
}
