import type { Project } from '#domain/project.ts';
import type { ProjectSettings } from '#domain/project-settings.ts';

export interface ProjectStore {
  /** The project of that name, made when it is not there. */
  ensure(name: string, now: number): Promise<Project>;
  findByName(name: string): Promise<Project | null>;
  list(): Promise<readonly Project[]>;
  corpusVersion(projectId: number): Promise<number>;
  /** Read anew at each call: this is what every cache hit is compared with. */
  versions(projectId: number): Promise<ProjectVersions>;
  /** Read anew at each call. Raised with every drop of answers: what caches read under another is not to be given. */
  cacheVersion(projectId: number): Promise<number>;
  raiseCacheVersion(projectId: number): Promise<void>;
  settings(projectId: number): Promise<StoredSettings>;
  /** False when they are no longer of that version: somebody else changed them meanwhile. */
  saveSettings(projectId: number, stored: StoredSettings): Promise<boolean>;
}

export interface ProjectVersions {
  /** Published changes of its documents. */
  readonly corpusVersion: number;
  /** As in `StoredSettings`. */
  readonly settingsVersion: number;
}

export interface StoredSettings {
  readonly settings: ProjectSettings;
  /** Grows with each change. */
  readonly version: number;
}
