export { type Coercion, coercionOf } from './coercion.ts';
export type { FailureEnvelope, ResponseMetadata, SuccessEnvelope, WireError } from './envelope.ts';
export {
  type ErrorRow,
  errorReference,
  type GrpcStatus,
  type PackageErrors,
  pipelineErrors,
  type WireStatus,
  wireStatusOf,
} from './error-registry.ts';
export { nexusErrors } from './errors.ts';
export { type OpenApiDocument, type OpenApiOptions, openApiDocument } from './openapi.ts';
export {
  type Authentication,
  type Credentials,
  type HttpHint,
  type Operation,
  type OperationHandler,
  type OperationReply,
  type RawRequest,
  reply,
  type StreamEvent,
} from './operation.ts';
export {
  defineOperation,
  fieldSchema,
  type OperationServiceOptions,
  type PathField,
  pathFields,
  registerOperation,
} from './operation-definition.ts';
export {
  createOperationRegistry,
  type OperationChange,
  type OperationProblem,
  type OperationRegistry,
  type RegisteredOperation,
} from './operation-registry.ts';
export {
  createPipeline,
  type Pipeline,
  type PipelineOptions,
  type PipelineRequest,
  type PipelineResponse,
  type RequestMetadata,
} from './pipeline.ts';
export { type RequestedVersions, supportedProtocolVersions } from './protocol-version.ts';
export type { RateLimitOptions } from './rate-limit.ts';
export { compileSchema } from './schema-compiler.ts';
export { closestName } from './suggestion.ts';
