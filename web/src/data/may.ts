import { useQuery } from '@tanstack/react-query';
import type { Scope } from '#sdk/index.ts';
import { useClient } from '../app/client.tsx';
import { sessionQuery } from './session.ts';

/**
 * Whether whoever looks may do what takes this scope: what the server would refuse is not offered, and nothing is while it
 * is not known who that is.
 */
export function useMay(scope: Scope): boolean {
  const { data } = useQuery(sessionQuery(useClient()));
  return data?.scopes.includes(scope) ?? false;
}
