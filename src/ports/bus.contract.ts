import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Bus, Notice } from './bus.ts';

/** Two processes on one bus. */
export interface TwoBuses {
  readonly here: Bus;
  readonly there: Bus;
}

/** What every bus between processes does. */
export function busContract(name: string, open: (t: TestContext) => Promise<TwoBuses>): void {
  describe(`${name} keeps the contract of a bus`, () => {
    test('others hear a notice, the sender does not', async (t) => {
      const { here, there } = await open(t);
      const ours = gather(here);
      const theirs = gather(there);
      here.publish({ kind: 'work' });
      there.publish({ kind: 'drain', workerId: 7 });
      assert.deepEqual(await theirs.next(1), [{ kind: 'work' }]);
      assert.deepEqual(await ours.next(1), [{ kind: 'drain', workerId: 7 }]);
      assert.deepEqual([ours.heard.length, theirs.heard.length], [1, 1]);
    });

    test('many notices come in order, large ones too', async (t) => {
      const { here, there } = await open(t);
      const theirs = gather(there);
      const notices: Notice[] = Array.from({ length: 300 }, (_, batchId) => ({
        kind: 'running',
        workerId: 1,
        batchId,
        items: [{ id: batchId, description: 'é'.repeat(batchId * 10), startedAt: 5, stage: null }],
      }));
      for (const notice of notices) here.publish(notice);
      assert.deepEqual(await theirs.next(300), notices);
    });

    test('who has left hears no more', async (t) => {
      const { here, there } = await open(t);
      const left = gather(there);
      const stays = gather(there);
      left.leave();
      here.publish({ kind: 'item_taken', itemId: 3 });
      await stays.next(1);
      assert.deepEqual(left.heard, []);
    });

    test('a bus that is closed takes notices without complaint', async (t) => {
      const { here, there } = await open(t);
      await here.close();
      here.publish({ kind: 'work' });
      assert.equal(there.describe().isUp, true);
    });
  });
}

/** What a bus tells, to be waited for. */
export function gather(bus: Bus) {
  const heard: (Notice | 'missed')[] = [];
  let ring = (): void => undefined;
  const leave = bus.subscribe((each) => {
    heard.push(each);
    ring();
  });
  return {
    heard,
    leave,
    /** Resolves with all that was heard once there is so much. */
    async next(count: number): Promise<readonly (Notice | 'missed')[]> {
      while (heard.length < count) {
        await new Promise<void>((resolve) => {
          ring = resolve;
        });
      }
      return heard;
    },
  };
}
