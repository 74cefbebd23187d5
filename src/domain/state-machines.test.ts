import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BATCH_MOVES, canMoveBatch } from './batch.ts';
import type { BatchStatus } from './batch.ts';
import { DELIVERY_MOVES } from './webhook.ts';
import { canMoveItem, ITEM_MOVES, ITEM_STATUSES } from './item.ts';

const PAGE = readFileSync(new URL('../../docs/state-machines.md', import.meta.url), 'utf8');

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** The arrows of the picture under a heading; `[*]` stands for before the beginning and after the end. */
function pictureOf(heading: string): readonly Arrow[] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  const picture = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(section ?? '')?.[1];
  assert.ok(picture, `the page has no picture of ${heading}`);
  return picture
    .trim()
    .split('\n')
    .map((line) => {
      const arrow = /^\s*(\S+) --> ([^\s:]+)(?:: (.+))?$/.exec(line);
      assert.ok(arrow, `not an arrow: ${line}`);
      return { from: arrow[1] as string, to: arrow[2] as string, label: arrow[3] ?? '' };
    });
}

function movesOf(table: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(table)
    .flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`))
    .sort();
}

const show = (arrows: readonly Arrow[]): string[] => arrows.map(({ from, to }) => `${from} → ${to}`).sort();
const isInside = ({ from, to }: Arrow): boolean => from !== '[*]' && to !== '[*]';

for (const { heading, table } of [
  { heading: 'Items', table: ITEM_MOVES },
  { heading: 'Batches', table: BATCH_MOVES },
  { heading: 'Deliveries', table: DELIVERY_MOVES },
]) {
  test(`the picture of ${heading.toLowerCase()} shows the moves of the table, each with who makes it`, () => {
    const inside = pictureOf(heading).filter(isInside);
    assert.deepEqual(show(inside), movesOf(table));
    for (const { from, to, label } of inside) assert.notEqual(label, '', `${from} → ${to} by whom?`);
  });

  test(`the picture of ${heading.toLowerCase()} ends where the table lets nothing out`, () => {
    const ends = pictureOf(heading)
      .filter(({ to }) => to === '[*]')
      .map(({ from }) => from);
    const final = Object.entries(table).flatMap(([status, targets]) =>
      targets.length === 0 ? [status] : [],
    );
    assert.deepEqual(ends.sort(), final.sort());
  });

  test(`every status of ${heading.toLowerCase()} can be reached from the beginning`, () => {
    const arrows = pictureOf(heading);
    const reached = new Set(['[*]']);
    for (let size = 0; size < reached.size;) {
      size = reached.size;
      for (const { from, to } of arrows) if (reached.has(from)) reached.add(to);
    }
    for (const status of Object.keys(table)) assert.ok(reached.has(status), status);
  });
}

test('a move is legal when the table has it, and nothing moves to where it is', () => {
  for (const from of ITEM_STATUSES) {
    for (const to of ITEM_STATUSES)
      assert.equal(canMoveItem(from, to), movesOf(ITEM_MOVES).includes(`${from} → ${to}`));
    assert.equal(canMoveItem(from, from), false);
  }
  const statuses = Object.keys(BATCH_MOVES) as BatchStatus[];
  for (const from of statuses) {
    for (const to of statuses)
      assert.equal(canMoveBatch(from, to), movesOf(BATCH_MOVES).includes(`${from} → ${to}`));
    assert.equal(canMoveBatch(from, from), false);
  }
});
