import { Fault } from './fault.ts';
import type { FaultDetails, FaultKind } from './fault.ts';

/**
 * The upstream refused, failed or broke off. What it said to a bad request is for the caller, who made it, and is
 * handed on as it is; what it says about our key is not.
 */
export class RelayFault extends Fault {
  /** The upstream's own status where the caller is to see it; null: ours. */
  readonly status: number | null;
  /** The error as the upstream wrote it, as JSON. */
  readonly body: string | null;

  constructor(
    kind: FaultKind,
    code: `upstream_${string}`,
    message: string,
    { status = null, body = null, ...details }: RelayFaultDetails = {},
  ) {
    super(kind, code, message, details);
    this.status = status;
    this.body = body;
  }

  /** The model could not be asked, whatever was asked of it: what it said before may stand in. */
  get isOutage(): boolean {
    return this.kind === 'unavailable';
  }
}

export interface RelayFaultDetails extends FaultDetails {
  readonly status?: number | null;
  readonly body?: string | null;
}
