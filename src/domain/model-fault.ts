import { Fault } from './fault.ts';
import type { FaultDetails } from './fault.ts';

/** A model outside this process did not do its part. It is neither the question's fault nor the store's. */
export class ModelFault extends Fault {
  /** The model is down, whatever it is asked: work that needs it can but wait. */
  readonly isOutage: boolean;

  constructor(
    kind: 'unavailable' | 'limited',
    code: `model_${string}`,
    message: string,
    details: FaultDetails & { readonly isOutage?: boolean },
  ) {
    super(kind, code, message, details);
    this.isOutage = details.isOutage ?? false;
  }
}
