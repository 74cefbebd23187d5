import { findPostgres } from '#clients/temporary-postgres.ts';

/** Stories of the queue are told on both databases, where both are there. */
export const STORES: readonly StoreKind[] = findPostgres() === null ? ['sqlite'] : ['sqlite', 'postgres'];

export type StoreKind = 'sqlite' | 'postgres';
