import { cpus, totalmem } from 'node:os';

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** A row of a table: a name, and figures with their spread where there were several runs. */
export function row(name: string, values: readonly number[], unit: string): void {
  const shown = (value: number): string =>
    value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2);
  const spread = values.length > 1 ? `  (${shown(Math.min(...values))}–${shown(Math.max(...values))})` : '';
  print(`  ${name.padEnd(42)} ${shown(median(values)).padStart(10)} ${unit}${spread}`);
}

export function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${memory} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
