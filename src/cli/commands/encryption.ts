import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Encryption } from '#sdk/wire/encryption.ts';
import { connect, withConnection } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Terminal } from '../screen/terminal.ts';

interface EncryptionOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly wait?: boolean;
}

const LOOK_MS = 500;

const EXAMPLES = `
To change the key: put the new one in front of the old one, PREHEAT_ENCRYPTION_KEY=new,old, in every process, and start
them again. Then wait until everything is sealed with the new one, and take the old one away:
  $ preheat encryption --wait
To seal everything anew at once:
  $ preheat encryption reseal --wait`;

/** `preheat encryption`: which key words are kept with. */
export function encryptionCommand(terminal: Terminal): Command {
  const show = (options: EncryptionOptions, first: (o: EncryptionOptions) => Promise<Encryption>) =>
    runCommand(terminal, options, () => follow(terminal, options, first));
  return encryption('encryption', 'which key answers and items are kept with, and how far they are')
    .addHelpText('after', EXAMPLES)
    .action((options: EncryptionOptions) => show(options, stateOf))
    .addCommand(
      encryption('reseal', 'seal everything anew with the newest key').action(
        (_options: EncryptionOptions, command: Command) =>
          show(command.optsWithGlobals(), (given) => connect(given).client.system.reseal()),
      ),
    );
}

function encryption(name: string, description: string): Command {
  return withConnection(
    new Command(name)
      .description(description)
      .option('--wait', 'wait until everything is sealed with it')
      .option('--json', 'print JSON'),
  );
}

function stateOf(options: EncryptionOptions): Promise<Encryption> {
  return connect(options).client.system.encryption();
}

async function follow(
  terminal: Terminal,
  options: EncryptionOptions,
  first: (options: EncryptionOptions) => Promise<Encryption>,
): Promise<number> {
  let state = await first(options);
  let noted = '';
  while (options.wait === true && state.pass?.isOver === false) {
    const line = progressOf(state.pass);
    if (line !== noted && options.json !== true) terminal.note(`${line}\n`);
    noted = line;
    await sleep(LOOK_MS);
    state = await stateOf(options);
  }
  terminal.out(options.json === true ? `${JSON.stringify(state)}\n` : describe(state));
  return EXIT.ok;
}

function describe({ key, keys, pass }: Encryption): string {
  const seals =
    key === null
      ? 'Nothing is encrypted: PREHEAT_ENCRYPTION_KEY is not set, or off.'
      : `The key ${key} encrypts.`;
  const needed = keys.filter(({ name }) => name !== key).map(({ name }) => name);
  const old =
    needed.length === 0 ? '' : `Still needed: ${needed.join(', ')}, until everything is sealed anew.\n`;
  return `${seals}\n${old}${pass === null ? '' : `${progressOf(pass)}\n`}`;
}

function progressOf(pass: NonNullable<Encryption['pass']>): string {
  const what = pass.key === null ? 'laid open' : `sealed with ${pass.key}`;
  if (pass.isOver) return `Everything is ${what}, ${counted(pass.sealed, 'row')} anew (${pass.endedAt}).`;
  return `Being ${what}: ${pass.looked} of ${counted(pass.total, 'row')}.`;
}
