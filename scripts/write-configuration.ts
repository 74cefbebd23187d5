/** Writes the table of settings into docs/configuration.md, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describeSettings } from '#main/config.ts';

const PAGE = new URL('../docs/configuration.md', import.meta.url);
const TABLE = /(<!-- settings: .* -->\n)[\s\S]*(<!-- \/settings -->)/;

const before = readFileSync(PAGE, 'utf8');
if (!TABLE.test(before)) throw new Error('docs/configuration.md has lost the marks of its table.');
writeFileSync(
  PAGE,
  before.replace(TABLE, (_, begin: string, end: string) => `${begin}\n${describeSettings()}\n\n${end}`),
);
