import type { Begun } from '#ports/store/idempotency.ts';

export function toBegun(row: KeyRow): Begun {
  if (row.status === 'created') return { kind: 'created', batchId: row.batch_id };
  if (row.status !== 'done') return { kind: 'in_progress' };
  return {
    kind: 'done',
    bodyHash: row.body_hash,
    response: {
      status: row.response_status,
      location: row.response_location,
      body: row.response_body,
    },
  };
}

export interface KeyRow {
  status: string;
  batch_id: number;
  body_hash: string;
  response_status: number;
  response_location: string | null;
  response_body: string;
}
