import type { WorkflowFile } from '@conv3n/workflow';

/** Outcome of reading workflow JSON. `offset` is where the text stops being JSON, when known. */
export type ParsedWorkflow =
  | { readonly ok: true; readonly file: WorkflowFile }
  | { readonly ok: false; readonly message: string; readonly offset?: number };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function graphProblem(value: Record<string, unknown>, where: string): string | undefined {
  if (!isRecord(value['nodes'])) return `${where}nodes must be an object of nodes by id.`;
  if (!Array.isArray(value['edges'])) return `${where}edges must be a list.`;
  for (const [id, node] of Object.entries(value['nodes'])) {
    if (!isRecord(node) || typeof node['type'] !== 'string')
      return `${where}nodes.${id} must be an object with a type.`;
    if (node['config'] !== undefined && !isRecord(node['config']))
      return `${where}nodes.${id}.config must be an object.`;
    const body = isRecord(node['config']) ? node['config']['body'] : undefined;
    if (node['type'] === 'std/loop' && isRecord(body) && 'nodes' in body) {
      const inner = graphProblem(body, `${where}nodes.${id}.config.body.`);
      if (inner !== undefined) return inner;
    }
  }
  const bad = value['edges'].findIndex(
    (edge) => !isRecord(edge) || typeof edge['source'] !== 'string' || typeof edge['target'] !== 'string',
  );
  return bad === -1 ? undefined : `${where}edges[${bad}] must have a source and a target.`;
}

/** Reads the shape the editor needs; everything finer is the server's validation. */
export function parseWorkflow(text: string): ParsedWorkflow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    return { ok: false, message, ...(position === undefined ? {} : { offset: Number(position) }) };
  }
  if (!isRecord(value)) return { ok: false, message: 'A workflow is a JSON object.' };
  const problem = graphProblem(value, '');
  if (problem !== undefined) return { ok: false, message: problem };
  return { ok: true, file: value as unknown as WorkflowFile };
}

/** The file as people read it: two spaces, key order kept, one line feed at the end. */
export function workflowText(file: WorkflowFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** A new workflow with nothing in it. */
export function blankWorkflow(name: string): WorkflowFile {
  return { schema: 'conv3n.workflow/v1', name, nodes: {}, edges: [] };
}
