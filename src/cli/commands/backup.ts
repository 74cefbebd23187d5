import { Command } from 'commander';
import { readConfig } from '#main/config.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Terminal } from '../screen/terminal.ts';

interface BackupOptions {
  readonly data?: string;
  readonly json?: boolean;
}

interface RestoreOptions extends BackupOptions {
  readonly replace?: boolean;
}

const BACKUP_EXAMPLES = `
While the server runs or not, on its machine:
  $ preheat backup /backup/preheat-$(date +%F)

The store is copied as of one moment and looked through page by page; uploaded files come along with their digests.
manifest.json is written last: a folder without it is no backup. "sha256sum -c SHA256SUMS" in it checks it again.
The environment (.env, keys) is not in it: keep that apart.`;

const RESTORE_EXAMPLES = `
With the server stopped:
  $ preheat restore /backup/preheat-2026-11-26 --data /var/lib/preheat

Everything is compared with its digest before anything is put in place. With --replace, what was in the data folder is
set aside in it, and nothing is deleted. What was queued at the time of the backup goes on at the next start.`;

export function backupCommand(terminal: Terminal): Command {
  return new Command('backup')
    .description('copy an installation into a folder, also while its server runs')
    .argument('<folder>', 'a new or empty folder')
    .option('--data <folder>', 'the data folder (default: as the settings say)')
    .option('--json', 'print what was backed up as JSON')
    .addHelpText('after', BACKUP_EXAMPLES)
    .action((to: string, options: BackupOptions) =>
      runCommand(terminal, options, () => backup(terminal, to, options)),
    );
}

export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description('put a backup in place of a data folder')
    .argument('<backup>', 'the folder that "preheat backup" wrote')
    .option('--data <folder>', 'the data folder (default: as the settings say)')
    .option('--replace', 'set aside what is in the data folder')
    .option('--json', 'print what was restored as JSON')
    .addHelpText('after', RESTORE_EXAMPLES)
    .action((from: string, options: RestoreOptions) =>
      runCommand(terminal, options, () => restore(terminal, from, options)),
    );
}

async function backup(terminal: Terminal, to: string, options: BackupOptions): Promise<number> {
  const { backUp } = await import('#main/backup/back-up.ts');
  const { folder, manifest, missing } = await backUp(configOf(options), to);
  if (options.json === true) {
    terminal.out(`${JSON.stringify({ folder, ...manifest, missing })}\n`);
    return missing.length === 0 ? EXIT.ok : EXIT.failed;
  }
  const { databaseBytes, files, filesElsewhere } = manifest;
  terminal.out(
    `Backed up to ${folder}: ${words(manifest.rows)}, ${mebibytes(databaseBytes)}, found whole.\n`,
  );
  terminal.out(
    filesElsewhere === null
      ? `${counted(files, 'uploaded file')}, ${mebibytes(manifest.fileBytes)}.\n`
      : `Uploaded files are in ${filesElsewhere}, and not in this backup.\n`,
  );
  noteKeys(terminal, manifest.encryptedWith);
  if (missing.length === 0) return EXIT.ok;
  terminal.note(
    `${counted(missing.length, 'file')} that waiting items will ask for ${missing.length === 1 ? 'is' : 'are'} not there: ${missing.slice(0, 3).join(', ')}\n`,
  );
  return EXIT.failed;
}

async function restore(terminal: Terminal, from: string, options: RestoreOptions): Promise<number> {
  const { restoreBackup } = await import('#main/backup/restore-backup.ts');
  const isReplacing = options.replace === true;
  const { folder, manifest, setAside } = await restoreBackup(configOf(options), from, { isReplacing });
  if (options.json === true) {
    terminal.out(`${JSON.stringify({ folder, ...manifest, setAside })}\n`);
    return EXIT.ok;
  }
  terminal.out(
    `Restored to ${folder}, as of ${manifest.takenAt}: ${words(manifest.rows)}, ${counted(manifest.files, 'uploaded file')}, each compared.\n`,
  );
  noteKeys(terminal, manifest.encryptedWith);
  if (setAside !== null)
    terminal.out(`What was there lies in ${setAside}: delete it when you need it no more.\n`);
  return EXIT.ok;
}

function noteKeys(terminal: Terminal, names: readonly string[]): void {
  if (names.length === 0) return;
  terminal.out(
    `Encrypted with ${names.join(' and ')}, which is not in it: it is read with that PREHEAT_ENCRYPTION_KEY alone.\n`,
  );
}

function configOf({ data }: BackupOptions): ReturnType<typeof readConfig> {
  return readConfig(data === undefined ? process.env : { ...process.env, PREHEAT_DATA: data });
}

function words(rows: Readonly<Record<string, number>>): string {
  return counted(
    Object.values(rows).reduce((sum, count) => sum + count, 0),
    'row',
  );
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
