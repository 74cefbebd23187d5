import type { Answering } from '#core/answers/answering.ts';
import type { Bus } from '#ports/bus.ts';

/**
 * Other processes' answers in this one's memory: what they replaced or dropped is forgotten here. Freshness does not
 * rest on it (every hit compares corpus versions with the store), a purge does.
 */
export function forgetWithOthers(bus: Bus, { tier, store, onError }: Answering): void {
  bus.subscribe((heard) => {
    if (heard === 'missed') {
      store.projects.list().then((projects) => projects.forEach(({ id }) => tier.clear(id)), onError);
    } else if (heard.kind === 'answers_dropped') {
      tier.clear(heard.projectId);
    } else if (heard.kind === 'answer_superseded') {
      tier.supersede(heard.projectId, heard.key, heard.madeAt);
    }
  });
}
