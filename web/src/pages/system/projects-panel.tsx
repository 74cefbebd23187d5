import type { Project } from '#sdk/index.ts';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './projects-panel.module.css';

/** The projects of this server, where there is more than one. This page shows `default`. */
export function ProjectsPanel({ projects }: { readonly projects: readonly Project[] }) {
  return (
    <Panel title="Projects" isFlush>
      <ul className={classes['list']}>
        {projects.map((project) => (
          <li key={project.id} className={classes['project']}>
            <span className={classes['name']}>
              {project.name}
              {project.name === 'default' && <span className={classes['here']}>shown here</span>}
            </span>
            <span className={classes['meta']}>documents at version {project.corpusVersion}</span>
            <span className={classes['meta']}>
              made <RelativeTime at={project.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
