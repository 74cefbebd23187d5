import { address, names, text, whole } from './setting.ts';

/** The settings of what is passed through: part of the table in config.ts. */
export const UPSTREAM_SETTINGS = {
  PREHEAT_UPSTREAM_URL: address(
    "Where requests to `/v1` go that the cache does not have, such as `https://api.openai.com/v1`: any server that speaks like OpenAI's. Without it only the model `preheat` answers there.",
  ),
  PREHEAT_UPSTREAM_KEY: text(
    '',
    'Key of the upstream. Callers show a key of Preheat, and never see this one.',
  ),
  PREHEAT_UPSTREAM_MODELS: names(
    'Models that are passed through, with commas between them; without it whatever the upstream has.',
  ),
  PREHEAT_UPSTREAM_TIMEOUT_SECONDS: whole(
    '120',
    1,
    3_600,
    'How long the upstream may be silent, before its first word or between two, in seconds.',
  ),
  PREHEAT_UPSTREAM_CONCURRENCY: whole(
    '64',
    1,
    10_000,
    'Requests passed through at once, in this process; beyond that a caller is told to come again.',
  ),
  PREHEAT_UPSTREAM_TTL_HOURS: whole('168', 1, 8_784, 'How long what an upstream said is kept, in hours.'),
  PREHEAT_UPSTREAM_MEMORY_MIB: whole(
    '16',
    1,
    16_384,
    'Memory for what upstreams said in this process, in MiB.',
  ),
} as const;
