import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraceParent, writeTraceParent } from './trace-parent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test('a traceparent is read as it is written', () => {
  for (const traceFlags of [0, 1]) {
    const text = writeTraceParent({ traceId: TRACE, spanId: SPAN, traceFlags });
    assert.deepEqual(readTraceParent(text), { traceId: TRACE, spanId: SPAN, isSampled: traceFlags === 1 });
  }
});

test('flags that are not known yet leave the one that is', () => {
  assert.equal(readTraceParent(`00-${TRACE}-${SPAN}-03`)?.isSampled, true);
  assert.equal(readTraceParent(`00-${TRACE}-${SPAN}-02`)?.isSampled, false);
});

test('a later version may say more', () => {
  assert.equal(readTraceParent(`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`)?.traceId, TRACE);
});

for (const [why, text] of [
  ['more than its version has', `00-${TRACE}-${SPAN}-01-more`],
  ['a version that is forbidden', `ff-${TRACE}-${SPAN}-01`],
  ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['something else', 'hello\r\nthere'],
] as const) {
  test(`a text with ${why} is no traceparent`, () => assert.equal(readTraceParent(text), null));
}
