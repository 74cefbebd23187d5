import { ExternalIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './links-panel.module.css';

const LINKS = [
  { href: '/docs', name: 'API reference', meaning: 'Every call, to read and to try' },
  { href: '/api/v1/openapi.json', name: 'OpenAPI', meaning: 'The same for programs' },
  { href: '/metrics', name: '/metrics', meaning: 'Figures for Prometheus' },
  { href: '/health/ready', name: '/health/ready', meaning: 'Can it serve? For load balancers' },
  { href: '/health/live', name: '/health/live', meaning: 'Does it run? For supervisors' },
] as const;

/** What the same server offers beside this page. */
export function LinksPanel() {
  return (
    <Panel title="On this server" isFlush>
      <ul className={classes['list']}>
        {LINKS.map(({ href, name, meaning }) => (
          <li key={href} className={classes['entry']}>
            <a href={href} target="_blank" rel="noreferrer" className={classes['link']}>
              {name}
              <ExternalIcon size={14} />
            </a>
            <span className={classes['meaning']}>{meaning}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
