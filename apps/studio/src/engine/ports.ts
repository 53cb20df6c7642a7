import type { BlockManifest, WorkflowGraph, WorkflowNode } from '@conv3n/workflow';

/** Port of a block whose manifest is unknown, and of every missing handle. */
export const defaultPort = 'default';

function valuesAt(value: unknown, segments: readonly string[]): unknown[] {
  const [head, ...rest] = segments;
  if (head === undefined) return value === undefined ? [] : [value];
  if (head === '-') return Array.isArray(value) ? value.flatMap((item) => valuesAt(item, rest)) : [];
  if (typeof value !== 'object' || value === null) return [];
  return valuesAt((value as Record<string, unknown>)[head], rest);
}

/** Values a JSON Pointer matches; `-` means every element of an array. */
export function pointerValues(value: unknown, pointer: string): readonly unknown[] {
  return valuesAt(value, pointer.split('/').slice(1));
}

/** Output ports of a node in the order they are drawn: the rule's, plus `error` when its errors take a port. */
export function outputPorts(node: WorkflowNode, manifest: BlockManifest | undefined): readonly string[] {
  const rule = manifest?.ports ?? { fixed: [defaultPort] };
  const named = rule.fromConfig === undefined ? [] : pointerValues(node.config, rule.fromConfig);
  const fromConfig = named.filter((port): port is string => typeof port === 'string' && port !== '');
  const ports = fromConfig.length > 0 ? [...fromConfig, ...(rule.also ?? [])] : [...rule.fixed];
  if (node.onError === 'port') ports.push('error');
  return [...new Set(ports)];
}

/** Ports in use by edges that the block no longer offers: drawn so that such edges stay visible. */
export function strayPorts(graph: WorkflowGraph, id: string, offered: readonly string[]): readonly string[] {
  const used = graph.edges.filter((edge) => edge.source === id).map((edge) => edge.sourceHandle ?? defaultPort);
  return [...new Set(used)].filter((port) => !offered.includes(port));
}

/** Input ports of a node: `default`, and any other that an edge names. Trigger nodes have none. */
export function inputPorts(graph: WorkflowGraph, id: string, manifest: BlockManifest | undefined): readonly string[] {
  const named = graph.edges.filter((edge) => edge.target === id).map((edge) => edge.targetHandle ?? defaultPort);
  if (manifest?.category === 'trigger' && named.length === 0) return [];
  return [...new Set([defaultPort, ...named])];
}
