import { isRecord, type JsonSchema, type JsonValue, type SchemaCompiler } from '@conv3n/platform';
import { type BlockManifest, validateWorkflow, type WorkflowFile } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';
import type { TriggerCalls, TriggerNode } from './trigger-calls.ts';

/** What is wrong with a workflow file, where, and what to write instead. */
export interface WorkflowProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
  /** In the text at `path`, for expressions: offset and length in UTF-16 units. */
  readonly position?: { readonly offset: number; readonly length: number };
}

/** What a file is checked against. */
export interface FileRules {
  readonly blocks: { manifest(type: string): BlockManifest | undefined; list(): readonly BlockManifest[] };
  readonly compileSchema: SchemaCompiler;
}

/** Ids of saved workflows: they stand in paths, trigger ids and storage keys. */
const workflowId = /^[A-Za-z0-9_-]{1,64}$/;

/** The problems of a candidate that is to be run; none when it may be. */
export function problemsOf(candidate: JsonValue, { blocks, compileSchema }: FileRules): readonly WorkflowProblem[] {
  const result = validateWorkflow(candidate, { manifests: blocks.list(), compileSchema });
  return [
    ...(result.valid ? [] : result.problems),
    ...idProblems(candidate),
    ...inputProblems(candidate, compileSchema),
  ];
}

/** The problems of a candidate that is to be saved: also what only the trigger plugin can tell. */
export async function savingProblems(
  candidate: JsonValue,
  rules: FileRules,
  triggers: TriggerCalls,
): Promise<readonly WorkflowProblem[]> {
  const problems = problemsOf(candidate, rules);
  if (problems.length > 0) return problems;
  const found = await triggers.problems(triggerNodes(candidate as unknown as WorkflowFile, rules));
  return found.map(({ node, path, message }) => ({
    path: `nodes.${node}.config${path && `.${path}`}`,
    code: 'invalid_config',
    message,
  }));
}

/** The nodes of a file that start executions. */
export function triggerNodes(file: WorkflowFile, { blocks }: Pick<FileRules, 'blocks'>): readonly TriggerNode[] {
  return Object.entries(file.nodes)
    .filter(([, node]) => blocks.manifest(node.type)?.control === 'trigger')
    .map(([node, { type, config }]) => ({ node, type, config: config ?? {} }));
}

/** The candidate as a workflow file. @throws Conv3nError `workflow_invalid` with every problem */
export function acceptedFile(candidate: JsonValue, problems: readonly WorkflowProblem[]): WorkflowFile {
  const [first] = problems;
  if (!first) return candidate as unknown as WorkflowFile;
  const rest = problems.length === 1 ? '' : ` and ${problems.length - 1} more problem(s)`;
  throw workflowsErrors.error('workflow_invalid', `${first.path || 'The file'}: ${first.message}${rest}`, {
    violations: problems.map(({ path, code, message }) => ({ path, code, message })),
  });
}

function idProblems(candidate: JsonValue): readonly WorkflowProblem[] {
  if (!isRecord(candidate) || typeof candidate['id'] !== 'string' || workflowId.test(candidate['id'])) return [];
  const message = 'id must be 1 to 64 letters, digits, _ and -.';
  return [{ path: 'id', code: 'value_not_allowed', message }];
}

/** A schema that cannot be applied would refuse every input, or fail while it does. */
function inputProblems(candidate: JsonValue, compileSchema: SchemaCompiler): readonly WorkflowProblem[] {
  if (!isRecord(candidate) || !isRecord(candidate['input'])) return [];
  try {
    compileSchema(candidate['input'] as JsonSchema)(null);
    return [];
  } catch (error) {
    const message = `input is no JSON Schema that can be applied: ${error instanceof Error ? error.message : String(error)}`;
    return [{ path: 'input', code: 'invalid_config', message }];
  }
}
