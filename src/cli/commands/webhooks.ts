import { Command, Option } from 'commander';
import { WEBHOOK_EVENT_NAMES } from '#sdk/wire/webhooks.ts';
import type { CreatedWebhook, Delivery, Webhook, WebhookEventName } from '#sdk/wire/webhooks.ts';
import { connect, withConnection } from '../connection.ts';
import type { ConnectionOptions } from '../connection.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { clean } from '../screen/visible-text.ts';
import type { Paint, Terminal } from '../screen/terminal.ts';

interface WebhookOptions extends ConnectionOptions {
  readonly json?: boolean;
}

interface CreateOptions extends WebhookOptions {
  readonly on?: readonly WebhookEventName[];
  readonly name?: string;
}

const EXAMPLES = `
Examples:
  $ preheat webhooks create https://example.com/hook --on batch.completed alert.raised
  $ preheat webhooks create --callbacks           for the callbackUrl of asks
  $ preheat webhooks test whk_1
  $ preheat webhooks log whk_1`;

/** `preheat webhooks`: who is told what happens. */
export function webhooksCommand(terminal: Terminal): Command {
  return new Command('webhooks')
    .description('who is told what happens: make, list, test and delete webhooks')
    .addHelpText('after', EXAMPLES)
    .addCommand(createCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(testCommand(terminal))
    .addCommand(logCommand(terminal))
    .addCommand(rotateCommand(terminal))
    .addCommand(deleteCommand(terminal));
}

function createCommand(terminal: Terminal): Command {
  return webhookCommand('create', 'make a webhook; its secret is shown this once')
    .argument('[url]', 'what is called')
    .option('--callbacks', 'no address: signs what goes to the callbackUrl of asks')
    .addOption(new Option('--on <events...>', 'what it is told').choices(WEBHOOK_EVENT_NAMES))
    .option('--name <name>', 'what it is for')
    .action((url: string | undefined, options: CreateOptions & { readonly callbacks?: boolean }) =>
      runCommand(terminal, options, async () => {
        const { on, name, callbacks = false } = options;
        const created = await connect(options).client.webhooks.create({
          kind: callbacks ? 'callbacks' : 'endpoint',
          ...(url === undefined ? {} : { url }),
          ...(on === undefined ? {} : { events: [...on] }),
          ...(name === undefined ? {} : { name }),
        });
        return showCreated(terminal, options, created);
      }),
    );
}

function listCommand(terminal: Terminal): Command {
  return webhookCommand('list', 'list webhooks').action((options: WebhookOptions) =>
    runCommand(terminal, options, async () => {
      const { items } = await connect(options).client.webhooks.list();
      if (options.json === true) terminal.out(`${JSON.stringify(items)}\n`);
      else if (items.length === 0) terminal.out('There are no webhooks.\n');
      else for (const webhook of items) terminal.out(`${lineOf(webhook, terminal.paint)}\n`);
      return EXIT.ok;
    }),
  );
}

function testCommand(terminal: Terminal): Command {
  return webhookCommand('test', 'send a test and say how it went')
    .argument('<id>', 'such as whk_1')
    .action((id: string, options: WebhookOptions) =>
      runCommand(terminal, options, async () => {
        const delivery = await connect(options).client.webhooks.test(id);
        terminal.out(options.json === true ? `${JSON.stringify(delivery)}\n` : `${deliveryLine(delivery)}\n`);
        return delivery.status === 'delivered' ? EXIT.ok : EXIT.failed;
      }),
    );
}

function logCommand(terminal: Terminal): Command {
  return webhookCommand('log', 'what was told it, newest first')
    .argument('<id>', 'such as whk_1')
    .action((id: string, options: WebhookOptions) =>
      runCommand(terminal, options, async () => {
        const { items } = await connect(options).client.webhooks.deliveries(id);
        if (options.json === true) terminal.out(`${JSON.stringify(items)}\n`);
        else if (items.length === 0) terminal.out('Nothing was told it yet.\n');
        else for (const delivery of items) terminal.out(`${deliveryLine(delivery)}\n`);
        return EXIT.ok;
      }),
    );
}

function rotateCommand(terminal: Terminal): Command {
  return webhookCommand('rotate', 'make a new secret; the one before signs too for a day')
    .argument('<id>', 'such as whk_1')
    .action((id: string, options: WebhookOptions) =>
      runCommand(terminal, options, async () =>
        showCreated(terminal, options, await connect(options).client.webhooks.rotate(id)),
      ),
    );
}

function deleteCommand(terminal: Terminal): Command {
  return webhookCommand('delete', 'delete a webhook')
    .argument('<id>', 'such as whk_1')
    .action((id: string, options: WebhookOptions) =>
      runCommand(terminal, options, async () => {
        await connect(options).client.webhooks.delete(id);
        terminal.note(`${id} is deleted.\n`);
        return EXIT.ok;
      }),
    );
}

function webhookCommand(name: string, description: string): Command {
  return withConnection(new Command(name).description(description).option('--json', 'print JSON'));
}

function showCreated(terminal: Terminal, { json }: WebhookOptions, created: CreatedWebhook): number {
  if (json === true) terminal.out(`${JSON.stringify(created)}\n`);
  else {
    terminal.out(`${created.secret}\n`);
    terminal.note(`${created.id}: keep the secret now, it is shown this once.\n`);
  }
  return EXIT.ok;
}

function lineOf(webhook: Webhook, paint: Paint): string {
  const { id, isOn, offReason, failingSince, name, kind, url, events } = webhook;
  const state = isOn ? (failingSince === null ? 'works' : 'failing') : 'off';
  const where = kind === 'callbacks' ? 'callbacks of asks' : clean(url ?? '');
  const facts = [events.join(' '), offReason ?? ''].filter((fact) => fact !== '').join(', ');
  return `${id.padEnd(8)} ${state.padEnd(8)} ${paint.strong(clean(name))}  ${where}  ${paint.dim(facts)}`;
}

function deliveryLine({ id, createdAt, event, status, attempts }: Delivery): string {
  const last = attempts.at(-1);
  const answer =
    last === undefined ? 'not tried yet' : `${last.status ?? last.error} in ${Math.round(last.tookMs)} ms`;
  const tries = attempts.length > 1 ? `, ${attempts.length} attempts` : '';
  return `${id.padEnd(8)} ${createdAt}  ${event.padEnd(18)} ${status.padEnd(9)} ${answer}${tries}`;
}
