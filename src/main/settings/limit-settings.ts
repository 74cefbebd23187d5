import { readRates } from '#domain/quota.ts';
import { whole } from './setting.ts';
import type { Setting } from './setting.ts';

const FORM = 'Such as `600/minute, 20/second`, or `600/minute sliding`; `off`: no limit.';

function rates(standard: string, meaning: string): Setting<string> {
  return {
    default: standard,
    meaning: `${meaning} ${FORM}`,
    read: (given) =>
      readRates(given) !== null
        ? given
        : `must be like 600/minute, with commas between several windows (second, minute, hour or day), or off; not "${given}"`,
  };
}

/** How often whom may call, where a project or a key chose nothing. */
export const LIMIT_SETTINGS = {
  PREHEAT_LIMIT_KEY: rates('off', 'How often each key may call.'),
  PREHEAT_LIMIT_USER: rates('600/minute', 'How often each user may call, in each project.'),
  PREHEAT_LIMIT_PROJECT: rates('off', 'How often a project may be called.'),
  PREHEAT_LIMIT_IP: rates('off', 'How often each address may call, in each project.'),
  PREHEAT_PROJECT_CACHE_MIB: whole(
    '0',
    0,
    100_000_000,
    'Cached answers that a project may keep, in MiB; beyond that what was used longest ago goes. 0: any amount.',
  ),
  PREHEAT_PROJECT_SHARED_CACHE_MIB: whole(
    '0',
    0,
    100_000_000,
    'What each project may keep in the Redis of REDIS_CACHE_URL, in MiB as it lies there; beyond that what would end first goes. Never more than it may keep in the store. 0: any amount.',
  ),
  PREHEAT_PROJECT_DOCUMENTS: whole(
    '0',
    0,
    1_000_000_000,
    'Documents that a project may have; 0: any number.',
  ),
  PREHEAT_TOKENS_PER_DAY: whole(
    '0',
    0,
    1_000_000_000_000,
    'Tokens that models may take in a day (UTC) for a project: for its answers, their judging, its documents and what it passes through; 0: as many as are wanted.',
  ),
  PREHEAT_KEY_TOKENS_PER_DAY: whole(
    '0',
    0,
    1_000_000_000_000,
    'Tokens that models may take in a day (UTC) for answers to what is asked with one key; 0: as many as are wanted.',
  ),
  PREHEAT_LIMIT_USER_HEADER: {
    default: 'Preheat-User',
    meaning: 'Header in which an application names its user. A call without it counts for no user.',
    read: (given) =>
      /^[\w-]{1,64}$/.test(given) ? given : 'must be the name of a header, of letters, digits and hyphens',
  } as Setting<string>,
} as const;
