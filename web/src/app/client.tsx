import { createContext, useContext, type ReactNode } from 'react';
import { PreheatClient } from '#sdk/index.ts';
import type { Reachability } from '../live/reachability.ts';

/** The SDK on this page's own server. Every answer, and every one that does not come, tells whether it is there. */
export function openClient(reachability: Reachability): PreheatClient {
  return new PreheatClient({
    baseUrl: window.location.origin,
    retries: 2,
    fetch: reachability.watch((input, init) => fetch(input, init)),
  });
}

const ClientContext = createContext<PreheatClient | null>(null);

export function ClientProvider(props: { readonly client: PreheatClient; readonly children: ReactNode }) {
  return <ClientContext value={props.client}>{props.children}</ClientContext>;
}

/** The way to the server: pages speak through nothing else. */
export function useClient(): PreheatClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useClient outside of ClientProvider');
  return client;
}
