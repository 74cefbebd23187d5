import { Link, type LinkProps } from '@tanstack/react-router';
import classes from './page-tabs.module.css';

export interface PageTab {
  readonly to: LinkProps['to'] & string;
  readonly label: string;
}

/** Sides of one thing, each a page with an address of its own. */
export function PageTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly PageTab[] }) {
  return (
    <nav className={classes['root']} aria-label={label}>
      {tabs.map(({ to, label: name }) => (
        <Link
          key={to}
          to={to}
          className={classes['tab']}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
