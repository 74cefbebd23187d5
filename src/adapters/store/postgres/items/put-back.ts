import type { Slots } from '../counts.ts';
import { saveCounts } from '../counts.ts';
import { CountChanges } from '../../sql/count-changes.ts';
import type { Session } from '../session.ts';
import { isStill } from '../status-guard.ts';
import type { Taken, TakenFreely } from './take.ts';

const PUT_BACK = `
  update items i set status = case g.status when 'paused' then 'pending' else 'cancelled' end, owner = null,
         generation = i.generation + case g.status when 'paused' then 0 else 1 end,
         started_at = case g.status when 'paused' then null else i.started_at end,
         ended_at = case g.status when 'paused' then null else $4::bigint end
    from unnest($1::bigint[], $2::int[], $3::text[]) as g(id, generation, status)
   where i.id = g.id and i.generation = g.generation and ${isStill('i.status', 'processing')}
  returning i.batch_id, i.status`;

/** Leaves out, and puts back, what was taken from a batch that was paused or cancelled meanwhile. */
export async function putBack(
  session: Session,
  slots: Slots,
  { taken, closed }: TakenFreely,
  now: number,
): Promise<readonly Taken[]> {
  const astray = taken.filter((item) => closed.has(item.batch_id));
  if (astray.length === 0) return taken;
  await session.transaction(async (tx) => {
    const moved = await tx.all(PUT_BACK, [
      astray.map((item) => item.id),
      astray.map((item) => item.generation),
      astray.map((item) => closed.get(item.batch_id)),
      now,
    ]);
    const changes = new CountChanges();
    for (const row of moved)
      changes.move(row['batch_id'] as number, 'processing', row['status'] as 'pending' | 'cancelled');
    await saveCounts(tx, slots.claims, changes);
  });
  return taken.filter((item) => !closed.has(item.batch_id));
}
