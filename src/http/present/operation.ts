import { showId } from '#domain/ids.ts';
import type { Operation, OperationFilter } from '#domain/operation.ts';
import type * as wire from '#wire/index.ts';
import type { z } from 'zod';
import { idFrom } from '../call.ts';
import { iso, isoOrNull } from './value.ts';

type WireFilter = wire.Operation['filter'];

export function presentOperation(operation: Operation): wire.Operation {
  return {
    id: showId('operation', operation.id),
    on: operation.action.on,
    action: operation.action.verb,
    filter: presentFilter(operation.filter),
    status: operation.status,
    matched: operation.matched,
    changed: operation.changed,
    refused: operation.refused,
    note: operation.note,
    undoes: operation.undoes === null ? null : showId('operation', operation.undoes),
    canUndo: operation.canUndo,
    createdAt: iso(operation.createdAt),
    endedAt: isoOrNull(operation.endedAt),
  };
}

/** The domain's filter out of the wire's. Absent stays absent. */
export function readFilter(filter: z.output<typeof wire.OperationFilter>): OperationFilter {
  return {
    ...(filter.batchId === undefined ? {} : { batchId: idFrom('batch', filter.batchId) }),
    ...(filter.batchStatus === undefined ? {} : { batchStatus: filter.batchStatus }),
    ...(filter.itemStatus === undefined ? {} : { itemStatus: filter.itemStatus }),
    ...(filter.workload === undefined ? {} : { workload: filter.workload }),
    ...(filter.text === undefined ? {} : { text: filter.text }),
    ...(filter.error === undefined ? {} : { errorCode: filter.error }),
    ...(filter.metadata === undefined ? {} : { metadata: filter.metadata }),
  };
}

function presentFilter(filter: OperationFilter): WireFilter {
  return {
    ...(filter.batchId === undefined ? {} : { batchId: showId('batch', filter.batchId) }),
    ...(filter.batchStatus === undefined ? {} : { batchStatus: filter.batchStatus as wire.BatchStatus }),
    ...(filter.itemStatus === undefined ? {} : { itemStatus: filter.itemStatus }),
    ...(filter.workload === undefined ? {} : { workload: filter.workload }),
    ...(filter.text === undefined ? {} : { text: filter.text }),
    ...(filter.errorCode === undefined ? {} : { error: filter.errorCode }),
    ...(filter.metadata === undefined ? {} : { metadata: { ...filter.metadata } }),
  };
}
