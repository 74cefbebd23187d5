import { test } from 'node:test';
import { begin } from './samples.ts';
import type { TestStore } from './samples.ts';
import type { Store } from './store.ts';

/** How a contract suite comes to a store: as it is opened for a test, with what ends it. */
export type OpenStore = () => Promise<{ readonly store: Store; close(): Promise<void> }>;

export type Fact = (title: string, check: (test: TestStore) => Promise<void>) => void;

/** Tests of what a store must do, each on a store with a project and a worker in it; `name` goes before the titles. */
export function factsOf(open: OpenStore, name?: string): Fact {
  return (title, check) => {
    void test(name === undefined ? title : `${name}: ${title}`, async () => {
      const opened = await begin(await open());
      try {
        await check(opened);
      } finally {
        await opened.close();
      }
    });
  };
}
