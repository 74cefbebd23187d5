import { readFileSync, readdirSync } from 'node:fs';

const PAGE = 4_096;
const TICKS_PER_SECOND = 100;
const EVERY_MS = 50;

export interface Spent {
  readonly serverMiB: number;
  readonly treeMiB: number;
  readonly cpuSeconds: number;
}

/** What a process and its children take of memory and of processors, as Linux counts it. */
export class ProcessMeter {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #cpu = new Map<number, number>();
  #server = 0;
  #tree = 0;

  constructor(pid: number) {
    this.#timer = setInterval(() => {
      const own = residentOf(pid);
      const children = childrenOf(pid);
      const theirs = children.reduce((sum, child) => sum + residentOf(child), 0);
      this.#server = Math.max(this.#server, own);
      this.#tree = Math.max(this.#tree, own + theirs);
      for (const each of [pid, ...children]) this.#cpu.set(each, cpuOf(each));
    }, EVERY_MS);
  }

  spent(): Spent {
    const cpuSeconds = [...this.#cpu.values()].reduce((sum, seconds) => sum + seconds, 0);
    return { serverMiB: this.#server / 2 ** 20, treeMiB: this.#tree / 2 ** 20, cpuSeconds };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function residentOf(pid: number): number {
  return Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE;
}

/** User and system time; the name of the process, in brackets, may hold anything. */
function cpuOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
