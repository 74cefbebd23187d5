import { hash } from 'node:crypto';
import type { App } from '#core/app.ts';
import { Fault } from '#domain/fault.ts';
import type { Call } from '../call.ts';
import { writtenJson, type Reply } from '../reply.ts';

type Idempotency = App['idempotency'];
type Claim = Parameters<Idempotency['begin']>[0];
type SavedResponse = Parameters<Idempotency['finish']>[2];

/** One creating request. */
export interface Creation {
  /** What is created, and where: keys of other operations are other keys. */
  readonly operation: string;
  /** Digest of the input; drains an upload that was not read to its end. */
  readonly fingerprint: () => Promise<string>;
  readonly run: (claim: Claim | null) => Promise<Created>;
  /** Makes the response anew of a batch that was created, when a crash took the response. */
  readonly rebuild?: (batchId: number) => Promise<Created>;
}

export interface Created {
  readonly status: number;
  readonly location: string | null;
  readonly body: unknown;
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Runs a creating request once per `Idempotency-Key`: the same key with the same input replays the response.
 *
 * @throws Fault `idempotency_mismatch` (same key, other input), `idempotency_in_progress`, `invalid_idempotency_key`
 */
export async function createOnce(app: App, call: Call<unknown, unknown>, creation: Creation): Promise<Reply> {
  const key = call.c.req.raw.headers.get('idempotency-key');
  if (key === null) return replyOf(savedOf(await creation.run(null)), false);
  if (!KEY.test(key)) {
    const message = 'An Idempotency-Key is 1 to 200 visible ASCII characters.';
    throw new Fault('invalid', 'invalid_idempotency_key', message);
  }
  const claim: Claim = { projectId: call.project.id, operation: creation.operation, key };
  const begun = await app.idempotency.begin(claim);
  switch (begun.kind) {
    case 'fresh':
      return replyOf(await runFresh(app.idempotency, claim, creation), false);
    case 'in_progress':
      throw new Fault(
        'conflict',
        'idempotency_in_progress',
        'A request with this Idempotency-Key is still running.',
        {
          retryAfterSeconds: 1,
        },
      );
    case 'created':
      return replyOf(await rebuild(app.idempotency, claim, { creation, batchId: begun.batchId }), true);
    case 'done':
      if ((await creation.fingerprint()) === begun.bodyHash) return replyOf(begun.response, true);
      throw new Fault(
        'refused',
        'idempotency_mismatch',
        'This Idempotency-Key was used with another input. Take a new key for a new request.',
      );
  }
}

async function runFresh(idempotency: Idempotency, claim: Claim, creation: Creation): Promise<SavedResponse> {
  let saved: SavedResponse;
  try {
    saved = savedOf(await creation.run(claim));
  } catch (error) {
    // Gives the key back; one that was committed with its batch stays with it. The refusal counts, not this.
    await idempotency.abandon(claim).catch(() => undefined);
    throw error;
  }
  await idempotency.finish(claim, await creation.fingerprint(), saved);
  return saved;
}

async function rebuild(
  idempotency: Idempotency,
  claim: Claim,
  lost: { readonly creation: Creation; readonly batchId: number },
): Promise<SavedResponse> {
  if (lost.creation.rebuild === undefined) throw new Error(`${claim.operation} created a batch unexpectedly`);
  const saved = savedOf(await lost.creation.rebuild(lost.batchId));
  await idempotency.finish(claim, await lost.creation.fingerprint(), saved);
  return saved;
}

/** Digest of a JSON body. */
export function fingerprintOf(bytes: Uint8Array | null): () => Promise<string> {
  return () => Promise.resolve(hash('sha256', bytes ?? new Uint8Array()));
}

function savedOf(created: Created): SavedResponse {
  return { status: created.status, location: created.location, body: JSON.stringify(created.body) };
}

function replyOf(saved: SavedResponse, isReplay: boolean): Reply {
  const headers: Record<string, string> = {};
  if (saved.location !== null) headers['Location'] = saved.location;
  if (isReplay) headers['Idempotent-Replayed'] = 'true';
  return writtenJson(saved.status, saved.body, headers);
}
