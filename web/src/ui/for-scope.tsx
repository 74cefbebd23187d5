import type { ReactNode } from 'react';
import type { Scope } from '#sdk/index.ts';
import { useMay } from '../data/may.ts';

export interface ForScopeProps {
  readonly scope: Scope;
  readonly children: ReactNode;
}

/** Shown to those whose key may do it: nobody is offered what the server would refuse. */
export function ForScope({ scope, children }: ForScopeProps) {
  return useMay(scope) ? children : null;
}
