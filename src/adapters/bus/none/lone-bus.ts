import type { Bus } from '#ports/bus.ts';

/** For a process that is alone, or whose others look for themselves: nobody hears anything. */
export const LONE_BUS: Bus = {
  publish: () => undefined,
  subscribe: () => () => undefined,
  describe: () => ({ kind: 'none', isUp: true }),
  close: () => Promise.resolve(),
};
