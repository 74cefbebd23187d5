import type { CallOptions, Transport } from './transport.ts';
import type { AlertPage, AlertQuery } from './wire/alerts.ts';
import type { Encryption } from './wire/encryption.ts';
import type { LimitUsePage } from './wire/limits.ts';
import type { BroughtIn, ChangeProject, Project, ProjectDetail, ProjectPage } from './wire/projects.ts';
import type { HourPage, HourQuery, Live, Ready, Stats, System, WorkerPage } from './wire/system.ts';

/** Isolation boundaries. */
export class ProjectsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(options: CallOptions = {}): Promise<ProjectPage> {
    return this.#transport.json('/projects', options);
  }

  /** The project of that name, made when it is not there. */
  create(name: string, options: CallOptions = {}): Promise<Project> {
    // The name is the key: creating twice finds the first.
    return this.#transport.json('/projects', {
      ...options,
      method: 'POST',
      json: { name },
      isCreating: true,
    });
  }

  /** A project with its settings. */
  get(name: string, options: CallOptions = {}): Promise<ProjectDetail> {
    return this.#transport.json(pathOf(name), options);
  }

  /** Deletes it with everything in it: from now on nobody sees it, and its rows go in the background. */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.none(pathOf(name), { ...options, method: 'DELETE' });
  }

  /** A copy of a project as JSON lines, as they come; for `import`, here or elsewhere. */
  async export(name: string, options: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const headers = { 'Preheat-Project': name };
    const { body } = await this.#transport.send('/export', { ...options, headers });
    return body ?? new ReadableStream({ start: (controller) => controller.close() });
  }

  /** Brings in a copy under a name that no project has. */
  import(name: string, copy: Blob, options: CallOptions = {}): Promise<BroughtIn> {
    return this.#transport.json(`${pathOf(name)}/import`, {
      ...options,
      method: 'POST',
      blob: copy,
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
  }

  /** Changes the parts that are named; null goes back to what the server has. */
  change(name: string, changes: ChangeProject, options: CallOptions = {}): Promise<ProjectDetail> {
    return this.#transport.json(pathOf(name), { ...options, method: 'PATCH', json: changes });
  }
}

function pathOf(name: string): string {
  return `/projects/${encodeURIComponent(name)}`;
}

/** The server itself. */
export class SystemApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What needs a person, newest first. */
  alerts(query: AlertQuery = {}, options: CallOptions = {}): Promise<AlertPage> {
    return this.#transport.json('/alerts', { ...options, query });
  }

  /** What it is made of, and the settings it runs with. */
  describe(options: CallOptions = {}): Promise<System> {
    return this.#transport.json('/system', options);
  }

  /** Who uses what of the limits of calls, nearest to the limit first. */
  limits(options: CallOptions = {}): Promise<LimitUsePage> {
    return this.#transport.json('/limits', options);
  }

  /** Which key answers and items are kept with, and how far they are sealed with it. */
  encryption(options: CallOptions = {}): Promise<Encryption> {
    return this.#transport.json('/encryption', options);
  }

  /** Seals everything anew with the newest key, in the background. */
  reseal(options: CallOptions = {}): Promise<Encryption> {
    return this.#transport.json('/encryption/passes', { ...options, method: 'POST' });
  }

  workers(options: CallOptions = {}): Promise<WorkerPage> {
    return this.#transport.json('/workers', options);
  }

  /** Lets a process finish what it has and take no more; a worker then ends by itself. */
  async drainWorker(id: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.none(`/workers/${encodeURIComponent(id)}/drain`, { ...options, method: 'POST' });
  }

  stats(options: CallOptions = {}): Promise<Stats> {
    return this.#transport.json('/stats', options);
  }

  /** Hours in which something happened, oldest first. */
  hours(query: HourQuery = {}, options: CallOptions = {}): Promise<HourPage> {
    return this.#transport.json('/stats/hourly', { ...options, query });
  }

  live(options: CallOptions = {}): Promise<Live> {
    return this.#transport.json('/health/live', options);
  }

  /** Whether it can serve; not being ready is an answer, not an error. */
  ready(options: CallOptions = {}): Promise<Ready> {
    return this.#transport.json('/health/ready', { ...options, accept: [503] });
  }
}
