import type { App } from '#core/app.ts';
import type { Gate } from './middleware/authenticate.ts';
import type { OpenStreams } from './open-streams.ts';
import type { HttpSettings } from './settings.ts';

/** What the endpoints are made with. */
export interface Parts {
  readonly app: App;
  readonly settings: HttpSettings;
  readonly gate: Gate;
  readonly streams: OpenStreams;
}
