import type { SealingState } from '#core/platform/seal-anew.ts';
import * as wire from '#wire/index.ts';
import { type Endpoint, onServer } from '../endpoint.ts';
import { iso, isoOrNull } from '../present/value.ts';
import { json } from '../reply.ts';

const state = onServer({
  method: 'get',
  path: '/encryption',
  tag: 'System',
  summary: 'Which key answers and items are kept with',
  description: 'And how far everything is sealed with it, after `PREHEAT_ENCRYPTION_KEY` was changed.',
  replies: { 200: wire.Encryption },
  handle: async (_call, { app }) => json(200, present(await app.encryption.state())),
});

const begin = onServer({
  method: 'post',
  path: '/encryption/passes',
  tag: 'System',
  scope: 'admin',
  summary: 'Seal everything anew with the newest key',
  description:
    'A pass begins by itself when the newest key has changed. It goes on in the background, also after a restart; one that is under way begins again.',
  replies: { 202: wire.Encryption },
  handle: async (_call, { app }) => json(202, present(await app.encryption.begin())),
});

export const encryptionEndpoints: readonly Endpoint[] = [state, begin];

function present({ key, keys, pass }: SealingState): wire.Encryption {
  return {
    key,
    keys: keys.map(({ name, since }) => ({ name, since: iso(since) })),
    pass:
      pass === null
        ? null
        : {
            key: pass.key,
            isOver: pass.endedAt !== null,
            looked: pass.looked,
            total: Math.max(pass.total, pass.looked),
            sealed: pass.sealed,
            startedAt: iso(pass.startedAt),
            endedAt: isoOrNull(pass.endedAt),
          },
  };
}
