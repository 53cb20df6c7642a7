export type { BlobStore } from './blob-store.ts';
export type {
  Block,
  BlockCall,
  BlockLog,
  BlockManifest,
  BlockResult,
  ConfigTest,
  ControlBlock,
  EffectRule,
  FieldAnnotation,
  FieldMode,
  PortRule,
  SecretReference,
  SecretText,
  StepIdentity,
} from './block.ts';
export { defineBlock } from './block.ts';
export { effectOf, outputPorts } from './block-rules.ts';
export { type CompiledConfig, type ConfigUses, type RootName, rootNames } from './compile-config.ts';
export { compileWorkflow, type ManifestSource } from './compile-workflow.ts';
export { controlBlocks } from './control-blocks.ts';
export { workflowErrors } from './errors.ts';
export { beginExecution, evolve, findStep } from './evolve.ts';
export {
  type BlobReference,
  type ExecutionStatus,
  type ExecutionTrigger,
  type ExecutionView,
  isTerminal,
  type StepStatus,
  type StepView,
} from './execution.ts';
export type { ExecutionEvent, IterationCell, IterationRows, StoredValue } from './execution-event.ts';
export type { ExecutionIndex, ExecutionQuery, ExecutionSummary } from './execution-index.ts';
export {
  type Ending,
  type ExecutionState,
  type GraphState,
  graphStateOf,
  type IterationResult,
  isBlob,
  isSettled,
  type LoopProgress,
  type NodeResult,
  type StepState,
} from './execution-state.ts';
export { executionSummary, executionView, type LoadValue, stepView } from './execution-view.ts';
export { abandonGraph, fail, type GraphObserver, graphResult, startGraph, succeed } from './graph-run.ts';
export { encodeRow, rowNodes, rowResult } from './iteration-rows.ts';
export { memoryBlobStore } from './memory-blob-store.ts';
export { memoryExecutionIndex } from './memory-execution-index.ts';
export { memoryVariableStore } from './memory-variable-store.ts';
export {
  type Command,
  claim,
  type EndCommand,
  endCommand,
  executionStatus,
  nextCommands,
  wake,
} from './next-commands.ts';
export type { EdgePlan, GraphPlan, LoopPlan, NodePlan, OnErrorPlan, RetryPlan, WorkflowPlan } from './plan.ts';
export { mayRetry, retryDelay } from './retry-delay.ts';
export { stepRandom } from './seeded-random.ts';
export { stepError, stepInput } from './step-input.ts';
export {
  type ValidateOptions,
  validateWorkflow,
  type WorkflowValidation,
  workflowLimits,
} from './validate-workflow.ts';
export type { VariableScope, VariableStore } from './variable-store.ts';
export {
  defaultPort,
  type Effect,
  type JoinMode,
  nodeIdPattern,
  type OnError,
  type RetryPolicy,
  type WorkflowEdge,
  type WorkflowFile,
  type WorkflowGraph,
  type WorkflowNode,
  workflowSchemaName,
} from './workflow-file.ts';
export type { WorkflowProblem, WorkflowProblemCode } from './workflow-problem.ts';
export { workflowFileSchema, workflowGraphSchema } from './workflow-schema.ts';
