import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * For logs: a line for each file, the failures in full where they happen, and node:test's own figures as the very last
 * lines. (`spec` ends with the failures, and `tap` takes five lines for each test that passed.) Files with a failure are
 * listed in the file that `PREHEAT_TEST_FAILED` names.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/test.html#custom-reporters
 */
// oxlint-disable-next-line import/no-default-export -- the form that node:test asks for
export default async function* plainReporter(events) {
  const figures = [];
  const failed = new Set();
  for await (const { type, data } of events) {
    if (hasFailed(type, data)) failed.add(shortOf(data.file));
    if (type === 'test:fail') yield failureOf(data);
    else if (type === 'test:diagnostic' && data.nesting === 0 && data.file === undefined)
      figures.push(data.message);
    else if (type === 'test:summary' && data.file !== undefined) yield fileLine(data);
    else if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
  }
  tellFailed(failed);
  yield '\n';
  for (const figure of figures) yield `# ${figure}\n`;
}

/** Whether it says that its file failed. A story may be told by a file that several share: then the summary names the one. */
function hasFailed(type, { file = '', success }) {
  return type === 'test:summary'
    ? success === false && file !== ''
    : type === 'test:fail' && file.endsWith('.test.ts');
}

function tellFailed(files) {
  const list = process.env.PREHEAT_TEST_FAILED;
  if (list !== undefined) writeFileSync(list, [...files].join('\n'));
}

/** A group, or a file, that failed because of a test in it has nothing of its own to say. */
function failureOf({ name, file, line, details }) {
  const { error } = details;
  if (error.failureType === 'subtestsFailed') return '';
  const cause = error.cause ?? error;
  const shown = typeof cause === 'object' && cause !== null ? (cause.stack ?? cause.message) : cause;
  const text = String(shown)
    .split('\n')
    .filter((row) => !/^ +at .*node:internal/.test(row))
    .join('\n    ');
  return `\nFAIL  ${name}\n    ${shortOf(file)}${line === undefined ? '' : `:${line}`}\n    ${text}\n\n`;
}

function fileLine({ file, success, counts, duration_ms: tookMs }) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const took = `${(tookMs / 1000).toFixed(1)} s`;
  return `${success ? 'ok   ' : 'FAIL '} ${shortOf(file)}  ${counts.passed} of ${counts.tests}${skipped}  ${took}\n`;
}

function shortOf(file) {
  return file === undefined ? '' : relative(process.cwd(), file);
}
