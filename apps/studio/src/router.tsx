import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { AppShell } from './components/AppShell.tsx';
import { NotFoundPage } from './pages/NotFoundPage.tsx';

const root = createRootRoute({ component: AppShell, notFoundComponent: NotFoundPage });

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/workflows' });
  },
});

const workflows = createRoute({
  getParentRoute: () => root,
  path: '/workflows',
  component: lazyRouteComponent(() => import('./pages/WorkflowsPage.tsx'), 'WorkflowsPage'),
});

const workflow = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$workflowId',
  component: lazyRouteComponent(() => import('./pages/WorkflowPage.tsx'), 'WorkflowPage'),
});

/** Filters of the executions list, kept in the address. */
export interface ExecutionsSearch {
  readonly workflow?: string;
  readonly status?: string;
  readonly since?: string;
}

const executions = createRoute({
  getParentRoute: () => root,
  path: '/executions',
  validateSearch: (search: Record<string, unknown>): ExecutionsSearch => ({
    ...(typeof search['workflow'] === 'string' ? { workflow: search['workflow'] } : {}),
    ...(typeof search['status'] === 'string' ? { status: search['status'] } : {}),
    ...(typeof search['since'] === 'string' ? { since: search['since'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/ExecutionsPage.tsx'), 'ExecutionsPage'),
});

const execution = createRoute({
  getParentRoute: () => root,
  path: '/executions/$executionId',
  component: lazyRouteComponent(() => import('./pages/ExecutionPage.tsx'), 'ExecutionPage'),
});

const triggers = createRoute({
  getParentRoute: () => root,
  path: '/triggers',
  component: lazyRouteComponent(() => import('./pages/TriggersPage.tsx'), 'TriggersPage'),
});

const secrets = createRoute({
  getParentRoute: () => root,
  path: '/secrets',
  component: lazyRouteComponent(() => import('./pages/SecretsPage.tsx'), 'SecretsPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => root,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./pages/ApiKeysPage.tsx'), 'ApiKeysPage'),
});

const routeTree = root.addChildren([index, workflows, workflow, executions, execution, triggers, secrets, apiKeys]);

/** The router; each page is its own chunk, loaded when its link is about to be used. */
export function createStudioRouter() {
  return createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: false });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createStudioRouter>;
  }
}
