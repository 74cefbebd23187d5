import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const WEB = join(import.meta.dirname, '..');
const STYLES = join(fileURLToPath(import.meta.resolve('@mantine/core/styles.css')), '..', 'styles');

test('each component of Mantine that is used has its styles', () => {
  const imported = readFileSync(join(import.meta.dirname, 'mantine.css'), 'utf8');
  const used = usedComponents();
  assert.ok(used.size > 10, 'the search finds components');
  const missing = [...used].filter(
    (name) => existsSync(join(STYLES, `${name}.css`)) && !imported.includes(`/${name}.css`),
  );
  assert.deepEqual(missing, []);
});

function usedComponents(): ReadonlySet<string> {
  const used = new Set<string>();
  for (const file of globSync('**/*.tsx', { cwd: WEB })) {
    const text = readFileSync(join(WEB, file), 'utf8');
    for (const [, names = ''] of text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of names.split(',')) used.add(name.trim());
    }
  }
  return used;
}
