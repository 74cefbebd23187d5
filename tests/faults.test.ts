import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statfsSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Fault } from '#domain/fault.ts';
import type { Outcome } from '#domain/outcome.ts';
import { DONE, openTestQueue, questions } from './support/queue.ts';
import type { TestQueue } from './support/queue.ts';

interface SmallDisk {
  /** Leaves so many bytes free. */
  fill(leave: number): void;
  makeRoom(): void;
}

const DISK_BYTES = 8 * 2 ** 20;

/** A disk of a few megabytes that temporary folders are made on; null where this user may not mount one. */
function mountSmallDisk(t: TestContext): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'preheat-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    rmSync(path, { recursive: true });
    process.stderr.write(
      `\n!! The story of a full disk was SKIPPED: it mounts a small disk, which needs root (${String(error)}).\n\n`,
    );
    t.skip('needs root, to mount a small disk');
    return null;
  }
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = path;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    execFileSync('umount', [path]);
    rmSync(path, { recursive: true });
  });
  const filler = join(path, 'filler');
  return {
    fill(leave) {
      const { bavail, bsize } = statfsSync(path);
      appendFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave), 1));
    },
    makeRoom: () => truncateSync(filler),
  };
}

const DISK_FULL = (error: Fault): boolean => error.code === 'disk_full' && /make room/.test(error.message);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function checkBooks(q: TestQueue, batchId: number, completed: number): Promise<void> {
  const recount = await q.store.batches.recount(batchId);
  assert.deepEqual(recount?.kept, recount?.counted);
  assert.equal(recount?.counted.completed, completed);
}

test('on a full disk a submission is refused and leaves nothing, and the queue goes on once there is room', async (t) => {
  const disk = mountSmallDisk(t);
  if (disk === null) return;
  const finish: (() => void)[] = [];
  const q = await openTestQueue({
    isOwnFile: true,
    environment: { PREHEAT_CONCURRENCY: '2' },
    run: () => new Promise<Outcome>((resolve) => finish.push(() => resolve(DONE))),
  });
  try {
    const { batch } = await q.submit(questions(6));
    await until(() => finish.length === 2);
    disk.fill(0);
    for (const go of finish.splice(0)) go();
    await until(() => q.logged.includes('warn settle_delayed'));
    await assert.rejects(q.submit(questions(3)), DISK_FULL);
    await assert.rejects(q.verbs.batches.pause(q.project, batch.id), DISK_FULL);
    const { items } = await q.verbs.batches.list(q.project, {}, { limit: 9, cursor: null });
    assert.deepEqual(
      items.map((view) => [view.batch.id, view.batch.status, view.batch.counts.processing]),
      [[batch.id, 'processing', 2]],
      'reads go on, and what ran is not lost',
    );
    const { isReady, parts } = await q.health();
    assert.equal(isReady, false);
    assert.match(parts.find(({ name }) => name === 'store')?.detail ?? '', /disk is full/);
    disk.makeRoom();
    const pump = setInterval(() => finish.splice(0).forEach((go) => go()), 2);
    await q.ended(batch.id);
    const second = await q.submit(questions(3));
    await q.ended(second.batch.id);
    clearInterval(pump);
    await checkBooks(q, batch.id, 6);
    await checkBooks(q, second.batch.id, 3);
    assert.equal((await q.health()).isReady, true);
    assert.deepEqual(
      q.logged.filter((line) => line.startsWith('error')),
      [],
    );
  } finally {
    await q.close();
  }
});

test('a large submission that fills the disk half-way is seen by nobody', async (t) => {
  const disk = mountSmallDisk(t);
  if (disk === null) return;
  const q = await openTestQueue({ isOwnFile: true, run: async () => DONE });
  try {
    disk.fill(600_000);
    const long = questions(20_000, `a question of some length ${'x'.repeat(200)}`);
    await assert.rejects(q.submit(long), DISK_FULL);
    assert.deepEqual((await q.verbs.batches.list(q.project, {}, { limit: 9, cursor: null })).items, []);
    disk.makeRoom();
    const { batch } = await q.submit(questions(50));
    await q.ended(batch.id);
    await checkBooks(q, batch.id, 50);
  } finally {
    await q.close();
  }
});
