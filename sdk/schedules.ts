import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import type { Submitted } from './wire/batches.ts';
import type {
  ChangeSchedule,
  CreateSchedule,
  Forecast,
  Schedule,
  ScheduleDetail,
  SchedulePage,
  ScheduleQuery,
} from './wire/schedules.ts';

/** Saved questions that are warmed again and again. */
export class SchedulesApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(schedule: CreateSchedule, options: CreateOptions = {}): Promise<Schedule> {
    return this.#transport.json('/schedules', {
      ...options,
      method: 'POST',
      json: schedule,
      isCreating: true,
    });
  }

  list(query: ScheduleQuery = {}, options: CallOptions = {}): Promise<SchedulePage> {
    return this.#transport.json('/schedules', { ...options, query });
  }

  get(id: string, options: CallOptions = {}): Promise<ScheduleDetail> {
    return this.#transport.json(pathOf(id), options);
  }

  change(id: string, changes: ChangeSchedule, options: CallOptions = {}): Promise<Schedule> {
    return this.#transport.json(pathOf(id), { ...options, method: 'PATCH', json: changes });
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.none(pathOf(id), { ...options, method: 'DELETE' });
  }

  /** Submits its batch now, whenever its time is. */
  run(id: string, options: CreateOptions = {}): Promise<Submitted> {
    return this.#transport.json(`${pathOf(id)}/run`, { ...options, method: 'POST', isCreating: true });
  }

  /** What its next runs will probably cost. */
  forecast(id: string, options: CallOptions = {}): Promise<Forecast> {
    return this.#transport.json(`${pathOf(id)}/forecast`, options);
  }
}

function pathOf(id: string): string {
  return `/schedules/${encodeURIComponent(id)}`;
}
