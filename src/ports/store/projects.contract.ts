import assert from 'node:assert/strict';
import { NO_SETTINGS } from '#domain/project-settings.ts';
import { answerOf } from './answers.contract.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';

/** What every store of projects must do with their settings. */
export function projectsContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, name);

  fact('a project begins without settings of its own', async ({ store, projectId }) => {
    assert.deepEqual(await store.projects.settings(projectId), { settings: NO_SETTINGS, version: 0 });
  });

  fact('of two who change the same settings the second is told, and nothing is lost', async (world) => {
    const { projects } = world.store;
    const { version } = await projects.settings(world.projectId);
    const first = { ...NO_SETTINGS, fallback: 'extractive' as const };
    const second = { ...NO_SETTINGS, fallback: 'none' as const };
    assert.equal(await projects.saveSettings(world.projectId, { settings: first, version }), true);
    assert.equal(await projects.saveSettings(world.projectId, { settings: second, version }), false);
    const kept = await projects.settings(world.projectId);
    assert.deepEqual([kept.settings.fallback, kept.version], ['extractive', version + 1]);
    const { corpusVersion, settingsVersion } = await projects.versions(world.projectId);
    assert.deepEqual([corpusVersion, settingsVersion], [0, version + 1]);
  });

  fact('the cache version grows with each drop of answers, and when it is asked to', async (world) => {
    const { store, projectId } = world;
    const { projects, answers } = store;
    assert.equal(await projects.cacheVersion(projectId), 0);
    await answers.drop(projectId, {});
    assert.equal(await projects.cacheVersion(projectId), 0, 'nothing was dropped');
    await answers.put(answerOf({ projectId }), null);
    await answers.drop(projectId, {});
    assert.equal(await projects.cacheVersion(projectId), 1);
    await projects.raiseCacheVersion(projectId);
    assert.equal(await projects.cacheVersion(projectId), 2);
    const other = await projects.ensure('other', 0);
    assert.equal(await projects.cacheVersion(other.id), 0);
  });
}
