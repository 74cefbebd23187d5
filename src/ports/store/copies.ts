import type { CopiedKind, CopiedProject, CopiedRow, IdRanges, Shifts } from '#domain/project-copy.ts';
import type { Project } from '#domain/project.ts';

/** Takes projects from one store to another, of whatever kind. */
export interface CopyStore {
  /** Everything that goes along, as of one moment. Whoever stops reading lets go of it. */
  read(projectId: number): Promise<ProjectCopy>;
  /** Opens a project that nobody sees, with ranges of ids for what others point at. */
  begin(ranges: IdRanges, now: number): Promise<Arrival>;
  /** Puts rows in place, under the ids that they have there; how many. */
  write(projectId: number, rows: ArrivingRows, now: number): Promise<number>;
  /**
   * Makes it visible under this name. All its answers are suspect: they are looked at again before they are given. Null
   * when there is a project of that name.
   */
  finish(projectId: number, name: string, project: CopiedProject, now: number): Promise<Project | null>;
  /** Gives it up: it is removed like a project that is deleted. */
  abandon(projectId: number, now: number): Promise<void>;
  /** Those that got nothing since a time. */
  idle(since: number): Promise<readonly number[]>;
}

export interface ProjectCopy {
  readonly project: CopiedProject;
  readonly ranges: IdRanges;
  /** Groups of rows in the order of their kinds. */
  readonly groups: AsyncIterable<CopiedGroup>;
}

export interface CopiedGroup {
  readonly kind: CopiedKind;
  readonly rows: readonly CopiedRow[];
}

export interface ArrivingRows extends CopiedGroup {
  /** Of webhooks, which come without: as it is kept. */
  readonly secret?: string;
}

export interface Arrival {
  readonly projectId: number;
  readonly shifts: Shifts;
}
