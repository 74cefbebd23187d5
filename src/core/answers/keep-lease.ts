import type { Flight } from '#domain/answer.ts';
import type { FlightStore } from '#ports/store/flights.ts';

export interface LeaseDeps {
  readonly flights: Pick<FlightStore, 'renew'>;
  readonly now: () => number;
  readonly leaseMs: number;
  readonly onError: (error: unknown) => void;
}

/** Renews the flight's lease three times in each of its lengths; `lost` fires when somebody else has it. */
export function keepLease(deps: LeaseDeps, flight: Flight): { readonly lost: AbortSignal; stop(): void } {
  const { flights, now, leaseMs, onError } = deps;
  const lost = new AbortController();
  const renew = async () => {
    const isKept = await flights.renew(flight, now() + leaseMs);
    if (!isKept) lost.abort(new DOMException('The flight was taken over.', 'AbortError'));
  };
  const timer = setInterval(() => void renew().catch(onError), leaseMs / 3);
  return { lost: lost.signal, stop: () => clearInterval(timer) };
}
