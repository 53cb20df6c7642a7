import type { WorkflowFile, WorkflowNode } from '@conv3n/workflow';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { sampleInput } from '../engine/sample-input.ts';
import { curlLine, webhookPath } from '../engine/webhook-url.ts';

/** The command that calls a webhook node, with a sample body; undefined for other nodes. */
export function useWebhookLine(file: WorkflowFile, node: WorkflowNode | undefined): string | undefined {
  const info = useQuery(queries.info()).data;
  const path = node && webhookPath(node);
  if (node === undefined || path === undefined) return undefined;
  const sample = sampleInput(file) as { body?: unknown };
  const method = typeof node.config?.['method'] === 'string' ? node.config['method'] : 'POST';
  return curlLine(new URL(path, info?.public_url ?? location.origin).href, method, sample.body ?? {});
}
