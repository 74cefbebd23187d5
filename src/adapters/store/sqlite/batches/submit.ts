import type { DatabaseSync } from 'node:sqlite';
import type { Batch } from '#domain/batch.ts';
import { itemId } from '#domain/ids.ts';
import type { ClaimedItem } from '#domain/outcome.ts';
import type { BatchDraft, IdempotencyClaim, NewItem, SubmittedAndClaimed } from '#ports/store/batches.ts';
import type { Claim, ClaimRequest } from '#ports/store/items.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';
import { batchInserter, itemInserter, keyKeeper } from './insert.ts';

/** What comes in at once; on an idle queue as rows that are claimed from their birth, which spares the moves there. */
export function submitWrites(db: DatabaseSync, claim: (request: ClaimRequest) => Claim) {
  const find = db.prepare(`${SELECT_BATCH} where b.id = ? group by b.id`);
  const insertBatch = batchInserter(db);
  const insertItems = itemInserter(db);
  const keepKey = keyKeeper(db);
  const hasCap = db.prepare(
    `select 1 from projects where id = ? and json_extract(settings, '$.caps.concurrency') > 0`,
  );
  const othersAreOpen = db.prepare(
    `select exists (select 1 from batches where status = 'processing') as yes`,
  );

  function submit(
    draft: BatchDraft,
    rows: readonly NewItem[],
    key: IdempotencyClaim | null,
    born: { readonly now: number; readonly owner: number | null },
  ): Batch {
    const { now, owner } = born;
    const batchId = insertBatch(draft, now, owner === null ? 'processing' : 'started');
    insertItems({ batchId, rows, now, owner });
    keepKey(batchId, key);
    return toBatch(find.get(batchId));
  }

  return {
    submit: (draft: BatchDraft, rows: readonly NewItem[], key: IdempotencyClaim | null, now: number) =>
      submit(draft, rows, key, { now, owner: null }),
    submitAndClaim(
      draft: BatchDraft,
      rows: readonly NewItem[],
      key: IdempotencyClaim | null,
      request: ClaimRequest,
    ): SubmittedAndClaimed {
      const { now, workerId } = request;
      // With another batch open, who comes next is for the claim to say.
      const isForClaim =
        !fits(draft, rows, request.limit) ||
        othersAreOpen.get()?.['yes'] === 1 ||
        hasCap.get(draft.projectId) !== undefined;
      if (isForClaim) return { batch: submit(draft, rows, key, { now, owner: null }), claim: claim(request) };
      const batch = submit(draft, rows, key, { now, owner: workerId });
      return { batch, claim: { items: claimedOf(batch, rows), nextDueAt: null } };
    },
  };
}

/** All of it may run at once, in whatever order, and none of it can turn out to be there already. */
function fits({ paceMs, concurrency }: BatchDraft, rows: readonly NewItem[], room: number): boolean {
  const most = Math.min(room, concurrency ?? Infinity);
  return paceMs === 0 && rows.length <= most && rows.every((row) => row.key === undefined && !row.priority);
}

/** What a claim would give of a batch that was born claimed. */
function claimedOf(batch: Batch, rows: readonly NewItem[]): ClaimedItem[] {
  return rows.flatMap(({ payload, skip }, at) =>
    skip === undefined
      ? [
          {
            id: itemId(batch.id, at + 1),
            batchId: batch.id,
            projectId: batch.projectId,
            workload: batch.workload,
            generation: 1,
            failures: 0,
            payload,
            keyId: batch.keyId,
            requestId: batch.requestId,
            traceParent: batch.traceParent,
            maxAttempts: batch.maxAttempts,
            options: batch.options,
          },
        ]
      : [],
  );
}
