import type { WorkflowNode } from '@conv3n/workflow';

/** The address of a webhook node, relative to the server's public URL; undefined without a literal path. */
export function webhookPath(node: WorkflowNode): string | undefined {
  const path = node.config?.['path'];
  if (node.type !== 'std/webhook' || typeof path !== 'string' || path === '') return undefined;
  return `/api/v1/webhooks/${path.replace(/^\//, '')}`;
}

/** The command that calls a webhook by hand. */
export function curlLine(url: string, method: string, body: unknown): string {
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  if (method === 'GET' || body === undefined) return `curl${verb} ${url}`;
  return `curl${verb} ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
}
