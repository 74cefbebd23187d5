import type { DatabaseSync } from 'node:sqlite';
import type { Effect } from '#domain/effect.ts';
import { batchOfItem } from '#domain/ids.ts';
import { putAnswer } from '../put-answer.ts';
import type { CountChanges } from '../../sql/count-changes.ts';
import { publishVersion } from '../documents.ts';
import { addFigures } from '../figures.ts';
import { putMarker } from '../markers.ts';
import { putRecord } from '../records.ts';
import { addChildren } from './children.ts';

export interface Applying {
  readonly itemId: number;
  readonly changes: CountChanges;
  readonly now: number;
}

/** What a run leaves behind, written in the transaction that settles its item. */
export function applyEffect(db: DatabaseSync): (effect: Effect, applying: Applying) => void {
  const answer = putAnswer(db);
  const publish = publishVersion(db);
  const record = putRecord(db);
  const marker = putMarker(db);
  const children = addChildren(db);
  const figures = addFigures(db);
  const projectOf = db.prepare('select project_id from batches where id = ?');
  return (effect, { itemId, changes, now }) => {
    switch (effect.kind) {
      case 'answer':
        answer(effect.answer, effect.flight);
        break;
      case 'publish':
        publish(effect, now);
        break;
      case 'records':
        for (const each of effect.records) record(each);
        break;
      case 'markers':
        for (const each of effect.markers) marker(each);
        break;
      case 'children':
        children(itemId, effect.children, changes, now);
        break;
      case 'figures': {
        const batchId = batchOfItem(itemId);
        const projectId = projectOf.get(batchId)?.['project_id'] as number;
        figures(projectId, batchId, effect.figures, now);
        break;
      }
    }
  };
}
