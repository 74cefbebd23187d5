import type { ClaimedItem, Held } from '#domain/outcome.ts';
import type { Claim, ClaimRequest } from './store/items.ts';

/**
 * Brings items to the hands of this process: it finds out which may run, claims them in the store as there is room,
 * and hands them over. Never the truth: what it offers may be lost or come twice, and only the claim counts.
 */
export interface Engine {
  readonly mode: EngineMode;

  /**
   * Begins to bring items, or goes on after a stop.
   *
   * @throws Fault `unavailable` when what it rests on is away; then it can be tried again
   */
  start(): Promise<void>;

  /** Brings no more. What is in hand stays there; what a claim still brings goes back to the store. */
  stop(): Promise<void>;

  /** Stops for good and lets go of all it holds open, whatever is in hand. */
  close(): Promise<void>;

  /** There may be work, or room. */
  wake(): void;

  /**
   * Does a write that makes work, and claims along with it when nothing stands against it: one commit instead of two
   * one after the other. Without a request the write claims nothing.
   */
  along<T>(write: (request: ClaimRequest | null) => Promise<Claimed<T>>): Promise<T>;
}

/** What a write gave, and what it claimed along; null: nothing was claimed. */
export interface Claimed<T> {
  readonly result: T;
  readonly claim: Claim | null;
}

export type EngineMode = 'embedded' | 'bullmq';

/** Where an engine brings items to. */
export interface EngineHands {
  /** How many items they run at once. */
  atOnce(): number;

  /** How many items they take at once, with what is worth having ahead. */
  most(): number;

  /** How many they would end in a millisecond if they always had some, by what runs took of late; 0 when nothing ran yet. */
  perMs(): number;

  /** How many more they would take now. */
  room(): number;

  /** Takes claimed items, to run them in order. @param onGone told of each once it is recorded, given back or dropped */
  carry(items: readonly ClaimedItem[], onGone?: (item: Held) => void): void;
}
