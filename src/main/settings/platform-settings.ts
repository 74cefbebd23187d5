import { dsn, mailServer, oneOf, origins, places, secrets, text, whole } from './setting.ts';

/** The settings of what goes out to others: part of the table in config.ts. */
export const PLATFORM_SETTINGS = {
  PREHEAT_ALERT_SECONDS: whole('5', 1, 3_600, 'How often what may be an alert is looked at, in seconds.'),
  PREHEAT_ALERT_BACKLOG: whole(
    '100',
    0,
    1_000_000_000,
    'More items of a project than this that have waited for a minute are an alert.',
  ),
  PREHEAT_ALERT_HIT_PERCENT: whole(
    '95',
    0,
    100,
    'A hit rate under this within the hour, while something is warmed, is an alert, in percent; 0: none is.',
  ),
  PREHEAT_ALERT_BUDGET_PERCENT: whole(
    '80',
    1,
    100,
    'A budget of tokens of which more than this is spent is an alert, in percent.',
  ),
  PREHEAT_ALERT_MEMORY_PERCENT: whole(
    '90',
    1,
    100,
    'A server that has more than this part of the memory it may have is an alert, in percent.',
  ),
  PREHEAT_ALERT_DISK_PERCENT: whole(
    '90',
    1,
    100,
    'A disk of the data folder that is fuller than this is an alert, in percent.',
  ),
  PREHEAT_ALERTS_KEPT_DAYS: whole('90', 1, 3_660, 'How long alerts that are over are kept, in days.'),
  SENTRY_DSN: dsn(
    'Where defects and crashes are reported to, beside the log: the DSN of a project of Sentry, or of what speaks like it. It takes the package `@sentry/core`.',
  ),
  SENTRY_ENVIRONMENT: text('production', 'What the installation is called in such reports.'),
  PREHEAT_SOCKET: text('', 'A Unix socket to listen on, instead of the port: `/run/preheat/preheat.sock`.'),
  PREHEAT_CORS_ORIGINS: origins(
    "Origins of other sites' pages that may call, with commas between them: `https://app.example.com`. They must show a key; cookies are not taken from them.",
  ),
  PREHEAT_MAX_STREAMS: whole(
    '200',
    1,
    100_000,
    'Streams that one key may hold open at once: of events, and of asks and chats while they are streamed.',
  ),
  PREHEAT_SECURE_DELETE: oneOf(
    'off',
    ['off', 'on'],
    'on: what is deleted from the SQLite file is overwritten with zeros, at the price of slower deletes.',
  ),
  PREHEAT_OUTBOUND_ALLOW: places(
    'Addresses and subnets of this machine and its network that webhooks may call, with commas between them; others there are refused.',
  ),
  PREHEAT_ENCRYPTION_KEY: secrets(
    "Encrypts answers, items, other models' turns and secrets of webhooks in the store (docs/operations.md says what is and what is not), and answers in the Redis of REDIS_CACHE_URL. At least 32 characters, such as what `openssl rand -base64 32` gives, or `file:` with the path of a file. The same for all processes. To change it, put the new one in front of the old one, with a comma between, and take the old one away when `preheat encryption` says that everything is sealed anew. `off` in front: everything is laid open again.",
  ),
  PREHEAT_SMTP_URL: mailServer(
    'Mail server for webhooks to `mailto:` addresses: `smtp://user:password@host:587`, or `smtps://…` with TLS from the start.',
  ),
  PREHEAT_MAIL_FROM: text('preheat@localhost', 'Whom letters come from.'),
  PREHEAT_WEBHOOK_TIMEOUT_SECONDS: whole(
    '15',
    1,
    300,
    'How long a receiver of webhooks may take, in seconds.',
  ),
  PREHEAT_WEBHOOK_CONCURRENCY: whole('4', 1, 100, 'Deliveries on their way to one webhook at once.'),
  PREHEAT_WEBHOOK_RETRY_MS: whole(
    '5000',
    1,
    600_000,
    'Wait after the first failure of a delivery, in milliseconds; later ones grow to 5,760 times that. With the default it is tried eleven times within 22 hours.',
  ),
  PREHEAT_WEBHOOK_OFF_HOURS: whole(
    '120',
    1,
    8_784,
    'A webhook to which nothing arrived for so many hours is switched off.',
  ),
  PREHEAT_WEBHOOK_KEPT_DAYS: whole('14', 1, 3_660, 'How long deliveries stay in the log, in days.'),
} as const;
