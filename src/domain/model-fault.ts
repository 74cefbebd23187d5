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

/** A model failed while a cached answer was looked at: whether that is still fresh is not known. */
export class UncheckedFault extends ModelFault {
  constructor({ kind, code, message, problems, retryAfterSeconds, isOutage, cause }: ModelFault) {
    const waits = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    super(kind as 'unavailable', code as `model_${string}`, message, { problems, isOutage, cause, ...waits });
  }
}
