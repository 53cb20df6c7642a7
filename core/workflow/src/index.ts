export type { BlobStore } from './blob-store.ts';
export type {
  Block,
  BlockCall,
  BlockLog,
  BlockManifest,
  BlockResult,
  ControlBlock,
  EffectRule,
  FieldAnnotation,
  FieldMode,
  PortRule,
  SecretReference,
  StepIdentity,
} from './block.ts';
export { defineBlock } from './block.ts';
export {
  type BlobReference,
  type ExecutionStatus,
  type ExecutionTrigger,
  type ExecutionView,
  isTerminal,
  type StepStatus,
  type StepView,
} from './execution.ts';
export type { ExecutionEvent, StoredValue } from './execution-event.ts';
export type { ExecutionIndex, ExecutionQuery, ExecutionSummary } from './execution-index.ts';
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
