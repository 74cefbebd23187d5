import type { Operation, OperationAction, OperationChange, OperationFilter } from '#domain/operation.ts';

export interface OperationStore {
  /** The owner is the process that does it, known by its lease as a worker. */
  open(
    projectId: number,
    what: { readonly action: OperationAction; readonly filter: OperationFilter },
    owner: number,
    now: number,
  ): Promise<Operation>;
  /** Notes progress and where to go on; ends it when `cursor` is null. False: it is somebody else's by now. */
  advance(operationId: number, owner: number, step: OperationStep, now: number): Promise<boolean>;
  /** Opens one that takes `original` back; null when that is not possible, or was done already. */
  openUndo(
    original: Operation,
    action: OperationAction,
    owner: number,
    now: number,
  ): Promise<Operation | null>;
  /** What it changed and can be taken back, by id, after the given one. */
  changes(operationId: number, after: number, limit: number): Promise<readonly OperationChange[]>;
  find(projectId: number, operationId: number): Promise<Operation | null>;
  /** Takes over those whose process has no lease any more. */
  adopt(owner: number): Promise<readonly OpenOperation[]>;
}

export interface OperationStep {
  readonly matched: number;
  readonly changed: number;
  readonly refused: number;
  readonly note: string | null;
  readonly cursor: string | null;
  readonly changes: readonly OperationChange[];
}

export interface OpenOperation {
  readonly operation: Operation;
  readonly cursor: string | null;
}
