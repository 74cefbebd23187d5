import { isServerUp } from './reachability.ts';

const AGAIN_MS = 1_000;

/**
 * Loads a part of the page. A server that is away is waited for, so that nobody loses the page they look at because
 * something on it was still on its way.
 *
 * @throws what `load` threw, when it fails again although the server answers: the file is gone, the page was built anew.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await load();
    } catch (error) {
      const hasWaited = await untilServerIsUp();
      if (!hasWaited && failures > 1) throw error;
      await loadLostSheets();
    }
  }
}

/** Whether it had to be waited for. */
async function untilServerIsUp(): Promise<boolean> {
  for (let looks = 0; ; looks += 1) {
    if (await isServerUp()) return looks > 0;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

const lostSheets = new Set<string>();

/** Notes style sheets that do not come: the bundler asks for each once, whatever became of it. */
export function noteLostSheets(): void {
  const note = ({ target }: Event) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') lostSheets.add(target.href);
  };
  document.addEventListener('error', note, { capture: true });
}

async function loadLostSheets(): Promise<void> {
  const links = [...lostSheets].map((href) => Object.assign(document.createElement('link'), { href }));
  lostSheets.clear();
  const loads = links.map(
    (link) => new Promise((resolve) => (link.onload = link.onerror = () => resolve(undefined))),
  );
  for (const link of links) {
    link.rel = 'stylesheet';
    document.head.append(link);
  }
  await Promise.all(loads);
}
