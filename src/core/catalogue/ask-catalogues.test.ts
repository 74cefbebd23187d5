import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { Catalogue } from '#ports/catalogue.ts';
import { askCatalogues, CataloguesClosed } from './ask-catalogues.ts';

const down = new Fault('unavailable', 'source_failed', 'It is down.');
const busy = new Fault('limited', 'source_limited', 'Too many.', { retryAfterSeconds: 9 });

function catalogue(
  name: string,
  says: string | null | Error,
  changes: Partial<Catalogue> = {},
): Catalogue & { says: typeof says } {
  return { name, says, refusal: null, closedUntil: () => 0, ...changes } as Catalogue & { says: typeof says };
}

function ask(
  ...catalogues: (Catalogue & { says: string | null | Error })[]
): ReturnType<typeof askCatalogues<string>> {
  return askCatalogues<string>(
    catalogues,
    () => 1_000,
    async (each) => {
      const { says } = each as (typeof catalogues)[number];
      if (says instanceof Error) throw says;
      return says;
    },
  );
}

test('the second is asked when the first is down, too busy, left alone, or does not know', async () => {
  const second = catalogue('b', 'yes');
  for (const first of [
    catalogue('a', down),
    catalogue('a', busy),
    catalogue('a', null),
    catalogue('a', 'never', { closedUntil: () => 9_000 }),
    catalogue('a', 'never', { refusal: 'no contact' }),
  ])
    assert.deepEqual(await ask(first, second), { source: 'b', value: 'yes' });
});

test('nobody knows only when one has said so', async () => {
  assert.equal(await ask(catalogue('a', null), catalogue('b', down)), null);
  await assert.rejects(ask(catalogue('a', down), catalogue('b', busy)), { code: 'source_failed' });
});

test('when none can be asked the caller learns for how long', async () => {
  await assert.rejects(
    ask(catalogue('a', '', { closedUntil: () => 31_000 }), catalogue('b', busy)),
    (error) => {
      assert.ok(error instanceof CataloguesClosed);
      assert.equal(error.waitMs, 9_000);
      return true;
    },
  );
});

test('none set up is refused with what to set, and other errors are not passed over', async () => {
  await assert.rejects(ask(catalogue('a', '', { refusal: 'set X' })), {
    kind: 'refused',
    code: 'no_source',
    message: /set X/,
  });
  await assert.rejects(ask(catalogue('a', new Error('a bug')), catalogue('b', 'yes')), /a bug/);
});
