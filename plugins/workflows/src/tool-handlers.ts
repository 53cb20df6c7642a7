import { compileTemplate } from '@conv3n/expression';
import { registerOperation } from '@conv3n/nexus';
import type { JsonObject, JsonValue } from '@conv3n/platform';
import { rootNames } from '@conv3n/workflow';
import type { Parts } from './parts.ts';
import { savingProblems } from './validated-file.ts';
import { evaluateExpression, listBlocks, validateWorkflowOperation } from './workflow-operations.ts';

/** Handlers that help whoever writes a workflow: blocks, validation, expressions. */
export function registerToolOperations(parts: Parts): void {
  const { context, executor, blocks, triggers } = parts;
  registerOperation(context, listBlocks, () => ({ items: blocks.list() as unknown as JsonValue }));
  registerOperation<{ workflow: JsonObject }>(context, validateWorkflowOperation, async ({ workflow }) => {
    const problems = await savingProblems(workflow, parts, triggers);
    return { valid: problems.length === 0, problems: problems.map((problem) => ({ ...problem })) };
  });
  registerOperation<{ expression: string; roots?: JsonObject; execution_id?: string; node?: string }>(
    context,
    evaluateExpression,
    async ({ expression, roots, execution_id, node }) => {
      const recorded = execution_id === undefined ? {} : await recordedRoots(execution_id, node);
      const template = compileTemplate(expression.includes('{{') ? expression : `{{ ${expression} }}`, {
        roots: rootNames,
      });
      const value = template.evaluate({
        roots: { ...recorded, ...roots },
        now: context.platform.clock.now(),
        random: () => new DataView(context.platform.random.bytes(4).buffer).getUint32(0) / 2 ** 32,
      });
      return { value: (value ?? null) as JsonValue };
    },
  );

  const recordedRoots = async (id: string, node: string | undefined): Promise<JsonObject> => {
    const view = await executor.view(id);
    const steps = Object.fromEntries(
      view.steps.map(({ node: name, data, port, error, attempts }) => [name, { data, port, error, attempts }]),
    );
    const step = node === undefined || !Object.hasOwn(steps, node) ? undefined : await executor.step(id, node);
    return {
      $node: steps as unknown as JsonObject,
      $trigger: view.input,
      $input: step?.input ?? null,
      $execution: { id: view.id },
      $workflow: { id: view.workflowId, version: view.workflowVersion, name: view.workflowName },
    };
  };
}
