import type { Project } from '#domain/project.ts';
import type { RelayedModel } from '#ports/relay.ts';
import type { TurnFilter, TurnStats } from '#ports/store/turns.ts';
import type { ChatAsked } from './chat-request.ts';
import type { ChatReply } from './complete-chat.ts';
import type { EmbeddingAsked, EmbeddingReply } from './embed-texts.ts';
import type { TurnCounts } from './turn-counter.ts';

/** Requests to models that this server passes on to another: a part of `App`. */
export interface PassthroughVerbs {
  /** What may be asked for, beside the project's own answers. @throws RelayFault */
  models(signal: AbortSignal): Promise<readonly RelayedModel[]>;
  chat(project: Project, request: Omit<ChatAsked, 'projectId'>): Promise<ChatReply>;
  embed(project: Project, request: Omit<EmbeddingAsked, 'projectId'>): Promise<EmbeddingReply>;
  stats(project: Project): Promise<PassthroughStats>;
  /** Forgets what was kept; returns how many. */
  drop(project: Project, filter: TurnFilter): Promise<number>;
}

/** What is kept of requests that were passed through, and what came of them since the beginning. */
export interface PassthroughStats extends TurnStats, TurnCounts {
  /** There is an upstream. */
  readonly isOn: boolean;
}
