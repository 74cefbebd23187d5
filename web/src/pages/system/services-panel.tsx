import type { ServiceState, System } from '#sdk/index.ts';
import { countOf, formatBytes, fullCount } from '../../text/counts.ts';
import { Panel } from '../../ui/panel.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import classes from './services-panel.module.css';

const USES: Readonly<Record<string, string>> = {
  redis: 'Carries items',
  cache: 'Shares answers',
};

/** The servers that this one uses beside its store: how full they are, how quick, and what is to be changed. */
export function ServicesPanel({ system }: { readonly system: System | undefined }) {
  const services = system?.services ?? [];
  if (services.length === 0) return null;
  return (
    <Panel title="Redis" isFlush>
      <ul className={classes['list']}>
        {services.map((service) => (
          <li key={service.name} className={classes['service']}>
            <div className={classes['head']}>
              <span className={classes['name']}>{USES[service.name] ?? service.name}</span>
              {service.product !== null && <span className={classes['meta']}>{service.product}</span>}
              <span className={classes['state']}>
                <State service={service} />
              </span>
            </div>
            {service.isUp ? <Figures service={service} /> : <p className={classes['why']}>{service.why}</p>}
            {service.warnings.map((warning) => (
              <p key={warning} className={classes['warning']}>
                {warning}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function State({ service: { isUp, isFilling } }: { readonly service: ServiceState }) {
  if (!isUp) return <Badge tone="bad">Away</Badge>;
  return isFilling ? <Badge tone="wait">Nearly full</Badge> : <Badge tone="good">Up</Badge>;
}

function Figures({ service }: { readonly service: ServiceState }) {
  const { usedBytes, maxBytes, isFilling, mayEvict, evictedKeys, clients, commandsPerSecond, latencyMs } =
    service;
  if (usedBytes === null) return null;
  const limit = maxBytes === null ? '' : ` of ${formatBytes(maxBytes)}`;
  const facts = [
    `answers in ${latencyMs} ms`,
    countOf(clients ?? 0, 'connection'),
    `${countOf(commandsPerSecond ?? 0, 'command')} a second`,
    ...(mayEvict === true ? [`${fullCount(evictedKeys ?? 0)} thrown out`] : []),
  ];
  return (
    <>
      <div className={classes['memory']}>
        {maxBytes !== null && (
          <div
            role="meter"
            aria-label="Memory used, in bytes"
            aria-valuemin={0}
            aria-valuemax={maxBytes}
            aria-valuenow={usedBytes}
            className={classes['bar']}
          >
            <div
              data-filling={isFilling || undefined}
              style={{ width: `${Math.min(100, (usedBytes / maxBytes) * 100)}%` }}
            />
          </div>
        )}
        <span className={classes['meta']}>
          {formatBytes(usedBytes)}
          {limit}
        </span>
      </div>
      <p className={classes['meta']}>{facts.join(', ')}</p>
    </>
  );
}
