import { readdirSync, readFileSync } from 'node:fs';
import type { WorkflowFile } from '@conv3n/workflow';
import type { Example } from '../src/api/types.ts';

const folder = new URL('../../../examples/', import.meta.url);

function json(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, folder), 'utf8'));
}

/** The repository's examples, as `system.info` serves them. */
export function readExamples(): readonly Example[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const files = readdirSync(new URL(`${entry.name}/`, folder));
      if (!files.includes('workflow.json')) return [];
      const workflow = json(`${entry.name}/workflow.json`) as WorkflowFile;
      const input = files.includes('input.json') ? json(`${entry.name}/input.json`) : undefined;
      return [
        {
          file: `${entry.name}/workflow.json`,
          name: workflow.name,
          description: workflow.description ?? '',
          workflow,
          input,
        },
      ];
    });
}

/** A workflow with enough in it to look at: webhook, branch, loop, external call. */
export const orderWorkflow: WorkflowFile = {
  schema: 'conv3n.workflow/v1',
  name: 'Order intake',
  description: 'Takes an order, reserves stock for each line and tells the right team.',
  tags: ['shop'],
  nodes: {
    order: { type: 'std/webhook', label: 'New order', config: { path: 'orders', method: 'POST', respond: 'last' } },
    total: {
      type: 'std/transform',
      label: 'Compute total',
      config: {
        set: {
          total: '{{ $trigger.body.lines.reduce((sum, line) => sum + line.price * line.qty, 0) }}',
          customer: '{{ $trigger.body.customer }}',
        },
      },
    },
    reserve: {
      type: 'std/loop',
      label: 'Reserve stock',
      config: {
        items: '{{ $trigger.body.lines }}',
        concurrency: 4,
        body: {
          nodes: {
            stock: {
              type: 'std/http_request',
              label: 'Ask the warehouse',
              config: { url: 'https://warehouse.example.com/reserve/{{ $item.sku }}', method: 'PUT' },
            },
            line: {
              type: 'std/transform',
              label: 'Keep the line',
              config: { set: { sku: '{{ $item.sku }}', left: '{{ $node.stock.data.body.left }}' } },
            },
          },
          edges: [{ source: 'stock', target: 'line' }],
        },
      },
    },
    tier: {
      type: 'std/condition',
      label: 'Which tier?',
      config: {
        cases: [
          { when: '{{ $node.total.data.total > 1000 }}', port: 'gold' },
          { when: '{{ $node.total.data.total > 100 }}', port: 'silver' },
        ],
      },
    },
    crm: {
      type: 'std/http_request',
      label: 'Tell the CRM',
      config: {
        url: 'https://crm.example.com/v2/orders',
        method: 'POST',
        headers: { authorization: 'Bearer {{ $secrets.crm_token }}' },
        body: { customer: '{{ $node.total.data.customer }}', total: '{{ $node.total.data.total }}' },
      },
      retry: { maxAttempts: 3, delay: '2s' },
      timeout: '20s',
    },
    log: {
      type: 'std/database',
      label: 'Store the order',
      config: { connection: 'sqlite:shop.db', query: 'insert into orders (customer, total) values (?, ?)' },
    },
    thanks: { type: 'std/transform', label: 'Answer', config: { set: { tier: 'basic' } } },
  },
  edges: [
    { source: 'order', target: 'total' },
    { source: 'total', target: 'tier' },
    { source: 'order', target: 'reserve' },
    { source: 'tier', sourceHandle: 'gold', target: 'crm' },
    { source: 'tier', sourceHandle: 'silver', target: 'log' },
    { source: 'tier', sourceHandle: 'else', target: 'thanks' },
  ],
};

/** An input that takes the way through the CRM. */
export const orderInput = {
  body: {
    customer: 'Ada Lovelace',
    lines: [
      { sku: 'KB-75', price: 129, qty: 4 },
      { sku: 'MX-2', price: 89, qty: 6 },
      { sku: 'HUB-10', price: 64.5, qty: 3 },
    ],
  },
};

/** What each node of the order workflow gives. */
export const orderResults: Readonly<
  Record<string, { readonly data: unknown; readonly port?: string; readonly ms: number }>
> = {
  order: { data: { method: 'POST', path: '/orders', ...orderInput }, ms: 1 },
  total: { data: { total: 1243.5, customer: 'Ada Lovelace' }, ms: 3 },
  tier: { data: { total: 1243.5, customer: 'Ada Lovelace' }, port: 'gold', ms: 1 },
  reserve: {
    data: [
      { sku: 'KB-75', left: 21 },
      { sku: 'MX-2', left: 4 },
      { sku: 'HUB-10', left: 58 },
    ],
    ms: 420,
  },
  crm: {
    data: {
      status: 201,
      headers: { 'content-type': 'application/json' },
      body: { id: 'ord_8Kq2', owner: 'grace@example.com' },
    },
    ms: 684,
  },
};
