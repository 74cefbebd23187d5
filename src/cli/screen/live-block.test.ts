import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveBlock } from './live-block.ts';
import type { Terminal } from './terminal.ts';
import { PLAIN } from './terminal.ts';

test('lines are drawn over where they stood, nothing of a longer one stays, and the cursor comes back', () => {
  let written = '';
  const out = (text: string): void => void (written += text);
  const terminal: Terminal = {
    out,
    note: out,
    isLive: true,
    width: () => 80,
    paint: PLAIN,
    notePaint: PLAIN,
  };
  const block = new LiveBlock(terminal);
  block.draw(['a', 'b', 'c']);
  block.draw(['d', 'e', 'f']);
  block.end('clear');
  block.end('clear');
  assert.equal(
    written.replaceAll('\u001b', '^'),
    '^[?25la^[K\nb^[K\nc^[0J^[2A\rd^[K\ne^[K\nf^[0J^[2A\r^[0J^[?25h',
  );
});
