import { after, before, test as nodeTest } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, Page, ViewportSize } from 'playwright-core';
import { freePort } from '#clients/free-port.ts';
import type { PreheatClient } from '#sdk/index.ts';
import { startServerProcess, startWorkerProcess, temporaryFolder } from '../../support/server.ts';
import type { ServerProcess, WorkerProcess } from '../../support/server.ts';
import { builtPages } from './built-pages.ts';
import { CHROMIUM, openChromium } from './chromium.ts';
import { watchForProblems } from './problems.ts';
import type { ProblemWatch } from './problems.ts';

const SERVE = new URL('./serve.ts', import.meta.url).pathname;
/** Long enough for a machine that builds something else meanwhile. */
const PATIENCE_MS = 60_000;
const CLOSING_MS = 10_000;

export interface StageOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What the server holds before the first test. */
  readonly fill?: (client: PreheatClient) => Promise<unknown>;
}

export interface Visit {
  readonly path: string;
  readonly scheme?: 'light' | 'dark';
  readonly viewport?: ViewportSize;
  /** Failures that belong to the story; any other one fails the test. */
  readonly expected?: readonly RegExp[];
  /** Before the page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

/** A real server with the admin page, and one browser for all who look at it. */
export class Stage {
  readonly #browser: Browser;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #folder = temporaryFolder();
  #server: ServerProcess | null = null;

  private constructor(browser: Browser, environment: Readonly<Record<string, string>>) {
    this.#browser = browser;
    this.#environment = environment;
  }

  static async open({ environment = {}, fill }: StageOptions = {}): Promise<Stage> {
    const [pages, browser] = await Promise.all([builtPages(), openChromium()]);
    const stage = new Stage(browser, {
      PREHEAT_LOG_LEVEL: 'warn',
      PREHEAT_TEST_PAGES: pages,
      ...environment,
    });
    try {
      await stage.start();
      await fill?.(stage.client);
    } catch (error) {
      // A browser that is left open keeps the whole run of tests waiting.
      await stage.close();
      throw error;
    }
    return stage;
  }

  get client(): PreheatClient {
    return this.#running.client;
  }

  get url(): string {
    return this.#running.url;
  }

  /** On the port it had before, so that open pages find it again. */
  async start(): Promise<void> {
    const port = this.#server === null ? String(await freePort()) : new URL(this.#server.url).port;
    this.#server = await startServerProcess(
      this.#folder.path,
      { ...this.#environment, PREHEAT_PORT: port },
      SERVE,
    );
  }

  /** One more process that works on what the server takes in. */
  startWorker(): Promise<WorkerProcess> {
    return startWorkerProcess(this.#folder.path, { PREHEAT_CONCURRENCY: '1' });
  }

  async kill(): Promise<void> {
    await this.#running.stop('SIGKILL');
  }

  /** Opens a page as somebody who was never here, and lets go of it at the end. */
  async visit(visit: Visit | string, look: (page: Page) => Promise<unknown>): Promise<void> {
    const { path, scheme, viewport, expected, prepare }: Visit =
      typeof visit === 'string' ? { path: visit } : visit;
    const context = await this.#browser.newContext({
      baseURL: this.url,
      colorScheme: scheme ?? 'light',
      reducedMotion: 'reduce',
      viewport: viewport ?? { width: 1280, height: 860 },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const problems = watchForProblems(context, expected ?? []);
    try {
      await prepare?.(context);
      const page = await context.newPage();
      await page.goto(path);
      await look(page).catch((cause: unknown) => explain(cause, page, problems));
      problems.check();
    } finally {
      await letGo(context);
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server?.stop('SIGKILL');
    this.#folder.remove();
  }

  get #running(): ServerProcess {
    if (this.#server === null) throw new Error('The server was not started');
    return this.#server;
  }
}

/** Closes it, but never waits for long: a context that is closed while its page loads may not say that it is. */
async function letGo(context: BrowserContext): Promise<void> {
  await Promise.race([context.close(), setTimeout(CLOSING_MS, undefined, { ref: false })]);
}

/** Says with a failure what the page looked like: without that nobody knows why something did not come. */
async function explain(cause: unknown, page: Page, problems: ProblemWatch): Promise<never> {
  const words = await page
    .locator('body')
    .innerText({ timeout: 1_000 })
    .catch(() => '(no page)');
  const seen = [...problems.list, `At ${page.url()} it says:`, words.slice(0, 1_500)].join('\n');
  throw new Error(`${cause instanceof Error ? cause.message : String(cause)}\n${seen}`, { cause });
}

/** The stage of a file of tests: opened before the first, closed after the last. */
export function useStage(options: StageOptions = {}): () => Stage {
  let stage: Stage | null = null;
  before(async () => {
    if (CHROMIUM !== null) stage = await Stage.open(options);
  });
  after(() => stage?.close());
  return () => {
    if (stage === null) throw new Error('The stage is not open');
    return stage;
  };
}

/** A test that says so where there is no Chromium to run it in. */
export function test(fact: string, run: () => Promise<unknown>): void {
  const skip = CHROMIUM === null ? 'Chromium is not on this machine: apt-get install chromium' : false;
  void nodeTest(fact, { skip, timeout: 240_000 }, async () => {
    await run();
  });
}
