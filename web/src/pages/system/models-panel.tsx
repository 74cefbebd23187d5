import type { ModelState } from '#sdk/index.ts';
import { countOf } from '../../text/counts.ts';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import classes from './models-panel.module.css';

/** Models outside the server that were called since it began, and whether they are well. */
export function ModelsPanel({ models }: { readonly models: readonly ModelState[] }) {
  return (
    <Panel title="Models" isFlush>
      <ul className={classes['list']}>
        {models.map((model, index) => (
          <li key={`${model.role} ${model.name} ${index}`} className={classes['model']}>
            <div className={classes['words']}>
              <span className={classes['name']}>{model.name}</span>
              <span className={classes['meta']}>
                {model.role}, {countOf(model.calls, 'call')}, {countOf(model.failures, 'failure')}
                {model.inFlight + model.waiting > 0 &&
                  `, ${model.inFlight} running, ${model.waiting} waiting`}
              </span>
              {model.breaker !== 'closed' && model.lastError !== null && (
                <span className={classes['error']}>{model.lastError}</span>
              )}
            </div>
            <Breaker model={model} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Breaker({ model }: { readonly model: ModelState }) {
  if (model.breaker === 'closed') return <Badge tone="good">Up</Badge>;
  if (model.breaker === 'trying') return <Badge tone="wait">To be tried</Badge>;
  return (
    <span className={classes['resting']}>
      <Badge tone="bad">Left alone</Badge>
      {model.retryAt !== null && (
        <span>
          tried again <RelativeTime at={model.retryAt} />
        </span>
      )}
    </span>
  );
}
