/** What a run is doing now, and how far it is with that. */
export interface Stage {
  readonly name: string;
  /** What `done` and `total` count, such as `page`. */
  readonly unit?: string;
  readonly done?: number;
  readonly total?: number;
}

/** As a person reads it: `reading page 3 of 12`. */
export function wordsOfStage({ name, unit, done, total }: Stage): string {
  if (done === undefined || total === undefined) return name;
  return `${name} ${unit === undefined ? '' : `${unit} `}${done} of ${total}`;
}
