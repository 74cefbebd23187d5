import type { Effect } from '#domain/effect.ts';
import { batchOfItem } from '#domain/ids.ts';
import type { Item } from '#domain/item.ts';
import type { JsonObject } from '#domain/json.ts';
import type { ClaimedItem, Settlement } from '#domain/outcome.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { IntakeStore, NewItem } from '#ports/store/batches.ts';
import type { Claim, ItemStore } from '#ports/store/items.ts';
import type { OfferStore } from '#ports/store/offers.ts';
import type { Store } from '#ports/store/store.ts';
import { ABOUT } from './about.ts';
import { sealAnswer } from './answers.ts';
import { OBJECT } from './forms.ts';

/** Items whose payloads and results are sealed. */
export function sealedItems(store: Store, sealer: Sealer): Pick<Store, 'intake' | 'items' | 'offers'> {
  const projects = new ProjectsOfBatches(store);
  return {
    intake: sealedIntake(store, sealer, projects),
    items: sealedItemStore(store, sealer, projects),
    offers: sealedOffers(store, sealer),
  };
}

function sealedIntake({ intake }: Store, sealer: Sealer, projects: ProjectsOfBatches): IntakeStore {
  const sealed = (projectId: number, rows: readonly NewItem[]): NewItem[] =>
    rows.map((row) => ({ ...row, payload: OBJECT.seal(sealer, row.payload, ABOUT.payload(projectId)) }));
  return {
    ...intake,
    async receive(draft, now) {
      const batchId = await intake.receive(draft, now);
      projects.note(batchId, draft.projectId);
      return batchId;
    },
    append: async (batchId, rows, now) =>
      intake.append(batchId, sealed(await projects.of(batchId), rows), now),
    submit: (draft, rows, key, now) => intake.submit(draft, sealed(draft.projectId, rows), key, now),
    async submitAndClaim(draft, rows, key, request) {
      const done = await intake.submitAndClaim(draft, sealed(draft.projectId, rows), key, request);
      return { ...done, claim: done.claim === null ? null : openClaim(sealer, projects, done.claim) };
    },
    add: (projectId, batchId, rows, now) => intake.add(projectId, batchId, sealed(projectId, rows), now),
    async payloads(batchId, afterSeq, limit) {
      const seen = await intake.payloads(batchId, afterSeq, limit);
      if (seen.length === 0) return seen;
      const about = ABOUT.payload(await projects.of(batchId));
      return seen.map((row) => ({ ...row, payload: OBJECT.open(sealer, row.payload, about) }));
    },
  };
}

function sealedItemStore({ items }: Store, sealer: Sealer, projects: ProjectsOfBatches): ItemStore {
  return {
    ...items,
    claim: async (request) => openClaim(sealer, projects, await items.claim(request)),
    async settle(settlements, now) {
      const sealed = settlements.map(async (each) => sealSettlement(sealer, projects, each));
      return items.settle(await Promise.all(sealed), now);
    },
    async find(projectId, itemId) {
      const item = await items.find(projectId, itemId);
      return item === null ? null : openItem(sealer, projectId, item);
    },
    async list(projectId, filter, page) {
      const found = await items.list(projectId, filter, page);
      return { ...found, items: found.items.map((item) => openItem(sealer, projectId, item)) };
    },
  };
}

function sealedOffers({ offers }: Store, sealer: Sealer): OfferStore {
  return {
    ...offers,
    claim: async (request) => (await offers.claim(request)).map((item) => openClaimed(sealer, item)),
  };
}

function openClaim(sealer: Sealer, projects: ProjectsOfBatches, claim: Claim): Claim {
  const items = claim.items.map((item) => openClaimed(sealer, item));
  for (const { batchId, projectId } of items) projects.note(batchId, projectId);
  return { ...claim, items };
}

function openClaimed(sealer: Sealer, item: ClaimedItem): ClaimedItem {
  return { ...item, payload: OBJECT.open(sealer, item.payload, ABOUT.payload(item.projectId)) };
}

function openItem<T extends Item>(sealer: Sealer, projectId: number, item: T): T {
  const payload = OBJECT.open(sealer, item.payload, ABOUT.payload(projectId));
  const result = item.result === null ? null : OBJECT.open(sealer, item.result, ABOUT.result(projectId));
  return { ...item, payload, result };
}

async function sealSettlement(
  sealer: Sealer,
  projects: ProjectsOfBatches,
  settlement: Settlement,
): Promise<Settlement> {
  const { outcome } = settlement;
  if (outcome.kind !== 'completed' && outcome.kind !== 'skipped') return settlement;
  const projectId = await projects.of(batchOfItem(settlement.itemId));
  const sealed = {
    ...outcome,
    result: sealResult(sealer, projectId, outcome.result),
    effects: (outcome.effects ?? []).map((effect) => sealEffect(sealer, projectId, effect)),
  };
  return { ...settlement, outcome: sealed } as Settlement;
}

function sealResult(sealer: Sealer, projectId: number, result: JsonObject | null): JsonObject | null {
  return result === null ? null : OBJECT.seal(sealer, result, ABOUT.result(projectId));
}

function sealEffect(sealer: Sealer, projectId: number, effect: Effect): Effect {
  if (effect.kind === 'answer') return { ...effect, answer: sealAnswer(sealer, effect.answer) };
  if (effect.kind !== 'children') return effect;
  const about = ABOUT.payload(projectId);
  return {
    ...effect,
    children: effect.children.map((child) => ({
      ...child,
      payload: OBJECT.seal(sealer, child.payload, about),
    })),
  };
}

/** Which project a batch is of, for verbs that name the batch alone: whoever claims or receives has seen it before. */
class ProjectsOfBatches {
  readonly #store: Pick<Store, 'batches'>;
  readonly #known = new Map<number, number>();

  constructor(store: Pick<Store, 'batches'>) {
    this.#store = store;
  }

  note(batchId: number, projectId: number): void {
    if (this.#known.has(batchId)) return;
    if (this.#known.size === MOST_KNOWN) this.#known.delete(this.#known.keys().next().value as number);
    this.#known.set(batchId, projectId);
  }

  /** 0: there is no such batch, and whatever is written for it will find no row. */
  async of(batchId: number): Promise<number> {
    const known = this.#known.get(batchId);
    if (known !== undefined) return known;
    const [batch] = await this.#store.batches.snapshots([batchId]);
    if (batch === undefined) return 0;
    this.note(batchId, batch.projectId);
    return batch.projectId;
  }
}

const MOST_KNOWN = 10_000;
