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
