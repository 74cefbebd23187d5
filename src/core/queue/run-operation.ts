import type { BatchStatus, RetriableStatus } from '#domain/batch.ts';
import { Fault, notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { inverseOf, isChangedBy } from '#domain/operation.ts';
import type { Operation, OperationAction, OperationFilter } from '#domain/operation.ts';
import type { Project } from '#domain/project.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { BatchFilter } from '#ports/store/batches.ts';
import type { ItemFilter } from '#ports/store/items.ts';
import type { OpenOperation, OperationStep } from '#ports/store/operations.ts';
import type { Store } from '#ports/store/store.ts';

export interface OperationDeps {
  readonly store: Pick<Store, 'operations' | 'batches' | 'items' | 'projects'>;
  readonly clock: Clock;
  readonly log: Log;
  /** This process, as the store knows it. */
  readonly workerId: () => number;
  /** The verbs for one thing; they throw a Fault where they cannot apply. */
  readonly verbs: {
    pause(project: Project, batchId: number): Promise<unknown>;
    resume(project: Project, batchId: number): Promise<unknown>;
    cancel(project: Project, batchId: number): Promise<unknown>;
    retry(project: Project, batchId: number, statuses: readonly RetriableStatus[]): Promise<unknown>;
    delete(project: Project, batchId: number): Promise<unknown>;
    retryItem(project: Project, itemId: number): Promise<unknown>;
    deleteItem(project: Project, itemId: number): Promise<unknown>;
  };
}

const PAGE = 200;

/** Acts on everything that matches a filter, page by page, with progress that survives a restart. */
export class Operations {
  readonly #deps: OperationDeps;
  #isClosed = false;

  constructor(deps: OperationDeps) {
    this.#deps = deps;
  }

  /** @throws Fault `filter_not_possible`, `filter_too_wide` */
  async start(project: Project, action: OperationAction, filter: OperationFilter): Promise<Operation> {
    checkFilter(action, filter);
    if (action.on === 'items' && filter.batchId === undefined && filter.itemStatus !== 'failed') {
      throw new Fault(
        'invalid',
        'filter_too_wide',
        'Across batches only failed items can be acted on: name a batch, or status failed.',
      );
    }
    const { store, clock, workerId } = this.#deps;
    const owner = workerId();
    const operation = await store.operations.open(project.id, { action, filter }, owner, clock());
    void this.#run(project, { operation, cursor: null }, owner);
    return operation;
  }

  async get(project: Project, operationId: number): Promise<Operation> {
    const operation = await this.#deps.store.operations.find(project.id, operationId);
    if (operation === null) throw notFound('operation', showId('operation', operationId));
    return operation;
  }

  /**
   * Takes back what an operation changed, as an operation of its own.
   *
   * @throws Fault `not_found`, `cannot_undo`
   */
  async undo(project: Project, operationId: number): Promise<Operation> {
    const { store, clock, workerId } = this.#deps;
    const original = await this.get(project, operationId);
    const inverse = inverseOf(original.action);
    const owner = workerId();
    const operation = inverse && (await store.operations.openUndo(original, inverse, owner, clock()));
    if (operation === null) throw cannotUndo(original);
    void this.#run(project, { operation, cursor: null }, owner);
    return operation;
  }

  /** Takes up what processes that are gone left half done. */
  async resume(): Promise<void> {
    const { store, workerId } = this.#deps;
    const owner = workerId();
    const open = await store.operations.adopt(owner);
    if (open.length === 0) return;
    const projects = new Map((await store.projects.list()).map((project) => [project.id, project]));
    for (const each of open) {
      const project = projects.get(each.operation.projectId);
      if (project !== undefined) void this.#run(project, each, owner);
    }
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(project: Project, { operation, cursor }: OpenOperation, owner: number): Promise<void> {
    const { store, clock, log } = this.#deps;
    let from = cursor;
    try {
      do {
        const { things, next } = await this.#match(project, operation, from);
        const step = await this.#actOn(project, operation, things);
        from = next;
        const isMine = await store.operations.advance(
          operation.id,
          owner,
          { ...step, cursor: next },
          clock(),
        );
        // Our lease ran out meanwhile, and somebody took it over.
        if (!isMine) return;
      } while (from !== null && !this.#isClosed);
    } catch (error) {
      log('error', 'operation_stopped', { operationId: operation.id, why: String(error) });
    }
  }

  async #match(
    project: Project,
    { action, filter, undoes }: Operation,
    cursor: string | null,
  ): Promise<Matched> {
    const { store } = this.#deps;
    if (undoes !== null) return this.#matchChanges(undoes, Number(cursor ?? 0));
    const page = { limit: PAGE, cursor };
    if (action.on === 'batches') {
      if (filter.batchId !== undefined) return this.#matchOne(project, filter.batchId, filter);
      const list = await store.batches.list(project.id, batchFilter(filter), page);
      return { things: list.items.map(({ id, status }) => ({ id, was: status })), next: list.next };
    }
    const list = await store.items.list(project.id, itemFilter(filter), page);
    const items = list.items.filter((item) => (filter.workload ?? item.workload) === item.workload);
    return { things: items.map(({ id }) => ({ id, was: null })), next: list.next };
  }

  async #matchChanges(operationId: number, after: number): Promise<Matched> {
    const changes = await this.#deps.store.operations.changes(operationId, after, PAGE);
    const last = changes.at(-1);
    return {
      things: changes.map(({ batchId, was }) => ({ id: batchId, was })),
      next: changes.length < PAGE || last === undefined ? null : String(last.batchId),
    };
  }

  async #matchOne(
    project: Project,
    batchId: number,
    { batchStatus, workload }: OperationFilter,
  ): Promise<Matched> {
    const batch = await this.#deps.store.batches.find(project.id, batchId);
    const matches =
      batch !== null &&
      (batchStatus ?? batch.status) === batch.status &&
      (workload ?? batch.workload) === batch.workload;
    return { things: matches ? [{ id: batchId, was: batch.status }] : [], next: null };
  }

  async #actOn(
    project: Project,
    { action, undoes }: Operation,
    things: readonly Thing[],
  ): Promise<Omit<OperationStep, 'cursor'>> {
    const results = await Promise.allSettled(
      things.map((thing) =>
        undoes === null ? this.#act(project, action, thing) : this.#takeBack(project, action, thing),
      ),
    );
    const refusals = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error] : [],
    );
    const unexpected = refusals.find((reason) => !(reason instanceof Fault) || reason.kind === 'unavailable');
    if (unexpected !== undefined) throw unexpected;
    const last = refusals.at(-1) as Fault | undefined;
    return {
      matched: things.length,
      changed: things.length - refusals.length,
      refused: refusals.length,
      note: last?.message ?? null,
      changes: undoes === null ? changesOf(action, things, results) : [],
    };
  }

  #act(project: Project, action: OperationAction, { id }: Thing): Promise<unknown> {
    const { verbs } = this.#deps;
    if (action.on === 'items') {
      return action.verb === 'retry' ? verbs.retryItem(project, id) : verbs.deleteItem(project, id);
    }
    return action.verb === 'retry' ? verbs.retry(project, id, ['failed']) : verbs[action.verb](project, id);
  }

  async #takeBack(project: Project, { on, verb }: OperationAction, { id, was }: Thing): Promise<void> {
    const { verbs } = this.#deps;
    if (on === 'batches' && verb !== 'retry') return void (await verbs[verb](project, id));
    await verbs.retry(project, id, ['cancelled']);
    if (was === 'paused') await verbs.pause(project, id);
  }
}

interface Thing {
  readonly id: number;
  /** Null for items: nothing of theirs can be taken back. */
  readonly was: BatchStatus | null;
}

interface Matched {
  readonly things: readonly Thing[];
  readonly next: string | null;
}

/** What did change, not what stood there before; a step that a crash repeats finds the latter, and notes less. */
function changesOf(
  action: OperationAction,
  things: readonly Thing[],
  results: readonly PromiseSettledResult<unknown>[],
): OperationStep['changes'] {
  return things.flatMap(({ id, was }, index) =>
    was !== null && results[index]?.status === 'fulfilled' && isChangedBy(action, was)
      ? [{ batchId: id, was }]
      : [],
  );
}

function cannotUndo({ id, status }: Operation): Fault {
  const why =
    status === 'processing'
      ? 'it is still at work: wait until it has ended'
      : 'it changed nothing that can be taken back, or was taken back already';
  return new Fault(
    'conflict',
    'cannot_undo',
    `Operation ${showId('operation', id)} cannot be undone: ${why}.`,
  );
}

type Field = keyof OperationFilter;

/** What can restrict each kind. A batch by its id is read, not searched for: words and pairs are the search's. */
const POSSIBLE = {
  batches: ['batchStatus', 'workload', 'text', 'metadata'],
  batch: ['batchId', 'batchStatus', 'workload'],
  items: ['batchId', 'itemStatus', 'workload', 'text', 'errorCode'],
} as const satisfies Record<string, readonly Field[]>;

/**
 * A field that cannot restrict is refused: without it, more would be acted on than was asked for.
 *
 * @throws Fault `filter_not_possible`
 */
function checkFilter({ on }: OperationAction, filter: OperationFilter): void {
  const kind = on === 'batches' && filter.batchId !== undefined ? 'batch' : on;
  const possible: readonly Field[] = POSSIBLE[kind];
  const named = (Object.keys(filter) as Field[]).filter((field) => filter[field] !== undefined);
  const others = named.filter((field) => !possible.includes(field)).map(wireName);
  if (others.length === 0) return;
  const what = kind === 'batch' ? 'a batch named by its id' : on;
  throw new Fault(
    'invalid',
    'filter_not_possible',
    `An operation on ${what} cannot be restricted by ${others.join(', ')}: use ${possible.map(wireName).join(', ')}.`,
    { problems: others.map((name) => ({ field: `filter.${name}`, message: `cannot restrict ${what}` })) },
  );
}

/** What callers know the field by. */
function wireName(field: Field): string {
  return field === 'errorCode' ? 'error' : field;
}

function batchFilter(filter: OperationFilter): BatchFilter {
  const { batchStatus, workload, text, metadata } = filter;
  return {
    ...(batchStatus === undefined ? {} : { status: batchStatus satisfies BatchStatus }),
    ...(workload === undefined ? {} : { workload }),
    ...(text === undefined ? {} : { text }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function itemFilter(filter: OperationFilter): ItemFilter {
  const { batchId, itemStatus, text, errorCode } = filter;
  return {
    ...(batchId === undefined ? {} : { batchId }),
    ...(itemStatus === undefined ? {} : { status: itemStatus }),
    ...(text === undefined ? {} : { text }),
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}
