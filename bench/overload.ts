import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import { machine, percentile, print } from './figures.ts';

const MODEL_MS = 50;
const TIMES = 4;
const PEAK_SECONDS = 10;
const BESIDE = 200;

/**
 * Cold asks on a model that takes 50 ms, at four times what the server can do: what is useful of that, what becomes of
 * the rest, and whether the server is there meanwhile. The short form is tests/overload.test.ts.
 */
export async function benchOverload(args: readonly string[]): Promise<void> {
  if (args[0] === '--model') return serveModel();
  const seconds = Number(args[args.indexOf('--seconds') + 1] ?? 60) || 60;
  print(`overload: cold asks, a model of ${MODEL_MS} ms, ${TIMES} times the peak for ${seconds} s`);
  print(`${machine()}\n`);
  const folder = temporaryFolder();
  const model = fork(new URL('./run.ts', import.meta.url), ['overload', '--model'], { stdio: 'inherit' });
  const [url] = (await once(model, 'message')) as [string];
  const server = await startServerProcess(folder.path, {
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_GENERATOR_URL: url,
    PREHEAT_LOG_LEVEL: 'error',
  });
  try {
    const content = '# Numbers\n\nEvery number is described in the book of numbers.\n';
    await server.client.batches.wait((await server.client.documents.upload([{ name: 'n.md', content }])).id);
    const asking = new Asking(server.url);
    await peakOf(asking, 3);
    const cpu = () => cpuSecondsOf(server.process.pid);
    const before = cpu();
    const peak = await peakOf(asking, PEAK_SECONDS);
    const perCpuSecond = (peak * PEAK_SECONDS) / (cpu() - before);
    line(
      'peak, 32 asks at once',
      `${peak.toFixed(0)} answers/s, ${perCpuSecond.toFixed(0)} in a second of processor`,
    );
    const from = cpu();
    const items = Array.from({ length: BESIDE }, (_, at) => `What is said of item ${at}?`);
    const batch = await server.client.batches.submit({ workload: 'answers', items });
    const result = await flood(asking, { perSecond: peak * TIMES, seconds });
    const ended = await server.client.batches.wait(batch.id);
    const spent = cpu() - from;
    report(result, { peak, perCpuSecond, spent, seconds, completed: ended?.counts.completed ?? 0 });
    await asking.close();
  } finally {
    await server.stop();
    model.kill();
    folder.remove();
  }
}

interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly tookMs: number;
}

class Asking {
  readonly #url: string;
  readonly #agent = new Agent({ connections: 4_000, pipelining: 1, keepAliveTimeout: 30_000 });
  #number = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** A question that nobody asked before. */
  async ask(): Promise<Reply> {
    this.#number += 1;
    const from = performance.now();
    const body = JSON.stringify({ question: `What is said of number ${this.#number}?` });
    return this.#send('/api/v1/ask', { method: 'POST', body }, from);
  }

  live(): Promise<Reply> {
    return this.#send('/health/live', { method: 'GET' }, performance.now());
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #send(path: string, init: { method: 'GET' | 'POST'; body?: string }, from: number): Promise<Reply> {
    try {
      const headers = { 'content-type': 'application/json' };
      const response = await request(this.#url + path, { ...init, headers, dispatcher: this.#agent });
      await response.body.dump();
      const retryAfter = response.headers['retry-after'] as string | undefined;
      return { status: response.statusCode, retryAfter, tookMs: performance.now() - from };
    } catch {
      return { status: 0, retryAfter: undefined, tookMs: performance.now() - from };
    }
  }
}

/** Answers a second while 32 are always asked. */
async function peakOf(asking: Asking, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  let answered = 0;
  const one = async () => {
    while (performance.now() < until) {
      const { status } = await asking.ask();
      answered += Number(status === 200);
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));
  return answered / seconds;
}

interface Flooded {
  readonly replies: readonly Reply[];
  readonly lives: readonly Reply[];
  readonly tookSeconds: number;
}

/** Asks come at their pace, whatever becomes of those before them. */
async function flood(
  asking: Asking,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Flooded> {
  const from = performance.now();
  const asked: Promise<Reply>[] = [];
  const lives: Promise<Reply>[] = [];
  for (let now = from; now < from + seconds * 1_000; now = performance.now()) {
    const due = ((now - from) / 1_000) * perSecond;
    while (asked.length < due) asked.push(asking.ask());
    if (lives.length < (now - from) / 250) lives.push(asking.live());
    await sleep(5);
  }
  const replies = await Promise.all(asked);
  // What was let in is answered after the last was asked: that time counts too.
  const tookSeconds = (performance.now() - from) / 1_000;
  return { replies, lives: await Promise.all(lives), tookSeconds };
}

interface Beside {
  readonly peak: number;
  readonly perCpuSecond: number;
  readonly spent: number;
  readonly seconds: number;
  readonly completed: number;
}

function report(
  { replies, lives, tookSeconds }: Flooded,
  { peak, perCpuSecond: peakPerCpuSecond, spent, seconds, completed }: Beside,
): void {
  const answered = replies.filter(({ status }) => status === 200);
  const refused = replies.filter(
    ({ status, retryAfter }) => [429, 503].includes(status) && Number(retryAfter) >= 1,
  );
  // Items that were made meanwhile took turns of the model too.
  const useful = (answered.length + completed) / tookSeconds;
  const perCpuSecond = (answered.length + completed) / spent;
  const times = (of: readonly Reply[]) => of.map(({ tookMs }) => tookMs);
  line('asked', `${(replies.length / seconds).toFixed(0)}/s`);
  line(
    'answered, with the items',
    `${useful.toFixed(0)}/s, ${((100 * useful) / peak).toFixed(0)} % of the peak`,
  );
  line(
    'in a second of processor',
    `${perCpuSecond.toFixed(0)}, ${((100 * perCpuSecond) / peakPerCpuSecond).toFixed(0)} % of the peak`,
  );
  line('', `after ${ms(times(answered), 0.5)} (p50), ${ms(times(answered), 0.99)} (p99)`);
  line(
    'told to come again, with Retry-After',
    `${refused.length}, after ${ms(times(refused), 0.5)} (p50), ${ms(times(refused), 0.99)} (p99)`,
  );
  line('anything else', `${replies.length - answered.length - refused.length}`);
  line(
    '/health/live',
    `${lives.filter(({ status }) => status === 200).length} of ${lives.length}, ${ms(times(lives), 0.99)} (p99)`,
  );
  line('items accepted before, completed', `${completed} of ${BESIDE}`);
}

function ms(values: readonly number[], part: number): string {
  return values.length === 0 ? '–' : `${percentile([...values], part).toFixed(0)} ms`;
}

/** In a process of its own: it must not take from the server's time. */
async function serveModel(): Promise<void> {
  const frame = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'small', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const reply = `${frame({ role: 'assistant', content: 'Every number is described in the book of numbers. [1]' })}${frame({}, 'stop')}data: [DONE]\n\n`;
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => {
      setTimeout(() => {
        outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
        outgoing.end(reply);
      }, MODEL_MS);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  process.send?.(`http://127.0.0.1:${port}/v1`);
  process.on('disconnect', () => process.exit(0));
}

function line(name: string, value: string): void {
  print(`  ${name.padEnd(42)} ${value}`);
}

/** Unlike the rate, what a second of the server's processor does hardly depends on who else uses the machine. Linux only. */
function cpuSecondsOf(pid: number | undefined): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}
