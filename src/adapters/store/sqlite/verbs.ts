import type { scanVerbs } from './scan-verbs.ts';
import type { writeVerbs } from './write-verbs.ts';

/** What the threads can do, as types alone: each thread loads its own code and not the other's. */
export type Writes = ReturnType<typeof writeVerbs>;
export type Scans = ReturnType<typeof scanVerbs>;
