import type { JsonValue, SchemaCompiler } from '@conv3n/platform';
import { type BlockManifest, validateWorkflow, type WorkflowFile } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';

/** What is wrong with a workflow file, where, and what to write instead. */
export interface WorkflowProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** The problems of a candidate; none when it may be saved and run. */
export function problemsOf(
  candidate: JsonValue,
  manifests: Iterable<BlockManifest>,
  compileSchema: SchemaCompiler,
): readonly WorkflowProblem[] {
  const result = validateWorkflow(candidate, { manifests, compileSchema });
  return result.valid ? [] : result.problems;
}

/** The candidate as a workflow file. @throws Conv3nError `workflow_invalid` with every problem */
export function validatedFile(
  candidate: JsonValue,
  manifests: Iterable<BlockManifest>,
  compileSchema: SchemaCompiler,
): WorkflowFile {
  const problems = problemsOf(candidate, manifests, compileSchema);
  if (problems.length === 0) return candidate as unknown as WorkflowFile;
  const [first] = problems as [WorkflowProblem];
  const rest = problems.length === 1 ? '' : ` and ${problems.length - 1} more problem(s)`;
  throw workflowsErrors.error('workflow_invalid', `${first.path || 'The file'}: ${first.message}${rest}`, {
    violations: problems.map(({ path, code, message, suggestion }) => ({
      path,
      code,
      message: suggestion === undefined ? message : `${message} Did you mean "${suggestion}"?`,
    })),
  });
}
