import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { loadPart } from '../live/load-part.ts';
import { PageError } from './page-error.tsx';
import { PageMissing } from './page-missing.tsx';
import { parseSearch, searchOf, stringifySearch } from './search.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: PageMissing });

/* Each page is a module of its own, loaded when it is first gone to; `validateSearch` names its filters. */

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/overview/overview-page.tsx')),
    'OverviewPage',
  ),
});

const warm = createRoute({
  getParentRoute: () => root,
  path: '/warm',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/warm/warm-page.tsx')), 'WarmPage'),
});

const queue = createRoute({
  getParentRoute: () => root,
  path: '/queue',
  validateSearch: searchOf('status', 'workload', 'source', 'text', 'requestId'),
  component: lazyRouteComponent(() => loadPart(() => import('../pages/queue/queue-page.tsx')), 'QueuePage'),
});

const batch = createRoute({
  getParentRoute: () => root,
  path: '/queue/$batchId',
  validateSearch: searchOf('status', 'text', 'error', 'from', 'item'),
  component: lazyRouteComponent(() => loadPart(() => import('../pages/batch/batch-page.tsx')), 'BatchPage'),
});

const schedules = createRoute({
  getParentRoute: () => root,
  path: '/schedules',
  validateSearch: searchOf('schedule', 'batch'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/schedules/schedules-page.tsx')),
    'SchedulesPage',
  ),
});

const ask = createRoute({
  getParentRoute: () => root,
  path: '/ask',
  validateSearch: searchOf('q', 'tag', 'document'),
  component: lazyRouteComponent(() => loadPart(() => import('../pages/ask/ask-page.tsx')), 'AskPage'),
});

const answers = createRoute({
  getParentRoute: () => root,
  path: '/answers',
  validateSearch: searchOf('text', 'found', 'expired', 'suspect', 'documentId', 'answer'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/answers/answers-page.tsx')),
    'AnswersPage',
  ),
});

const misses = createRoute({
  getParentRoute: () => root,
  path: '/answers/misses',
  validateSearch: searchOf('state', 'text'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/misses/misses-page.tsx')),
    'MissesPage',
  ),
});

const judged = createRoute({
  getParentRoute: () => root,
  path: '/answers/judged',
  validateSearch: searchOf('show'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/judged/judged-page.tsx')),
    'JudgedPage',
  ),
});

const documents = createRoute({
  getParentRoute: () => root,
  path: '/documents',
  validateSearch: searchOf('text'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/documents/documents-page.tsx')),
    'DocumentsPage',
  ),
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/documents/search',
  validateSearch: searchOf('q', 'tag', 'document'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/search/search-page.tsx')),
    'SearchPage',
  ),
});

const document = createRoute({
  getParentRoute: () => root,
  path: '/documents/$documentId',
  validateSearch: searchOf('chunk', 'tab', 'paragraph'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/document/document-page.tsx')),
    'DocumentPage',
  ),
});

const catalogue = createRoute({
  getParentRoute: () => root,
  path: '/catalogue',
  validateSearch: searchOf('kind', 'text'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/catalogue/catalogue-page.tsx')),
    'CataloguePage',
  ),
});

const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/dead-letters',
  validateSearch: searchOf('error', 'text', 'item'),
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/dead-letters/dead-letters-page.tsx')),
    'DeadLettersPage',
  ),
});

const keys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  component: lazyRouteComponent(() => loadPart(() => import('../pages/keys/keys-page.tsx')), 'KeysPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/keys/audit',
  validateSearch: searchOf('text'),
  component: lazyRouteComponent(() => loadPart(() => import('../pages/audit/audit-page.tsx')), 'AuditPage'),
});

const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/keys/webhooks',
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/webhooks/webhooks-page.tsx')),
    'WebhooksPage',
  ),
});

const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/system/system-page.tsx')),
    'SystemPage',
  ),
});

const project = createRoute({
  getParentRoute: () => root,
  path: '/project',
  component: lazyRouteComponent(
    () => loadPart(() => import('../pages/project/project-page.tsx')),
    'ProjectPage',
  ),
});

const routes = root.addChildren([
  overview,
  warm,
  queue,
  batch,
  schedules,
  ask,
  answers,
  misses,
  judged,
  documents,
  search,
  catalogue,
  document,
  deadLetters,
  keys,
  audit,
  webhooks,
  system,
  project,
]);

export function openRouter() {
  return createRouter({
    routeTree: routes,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultErrorComponent: PageError,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof openRouter>;
  }
}
