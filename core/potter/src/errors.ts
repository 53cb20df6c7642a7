import { defineErrors } from '@conv3n/platform';

/** Error codes of this package. */
export const potterErrors = defineErrors({
  version_conflict: {
    kind: 'conflict',
    description: 'The stream is not at the expected version: somebody else appended. Read it again and decide anew.',
  },
  stream_deleted: {
    kind: 'precondition',
    description: 'The stream was removed by retention; its name is never used again.',
  },
  event_store_closed: { kind: 'unavailable', retryable: false, description: 'The event store was closed.' },
  foreign_write: {
    kind: 'invalid',
    description: 'An atomic write belongs to another database than the store, so they cannot commit together.',
  },
  invalid_append: { kind: 'invalid', description: 'A stream name, an event or their number is out of bounds.' },
  invalid_read: { kind: 'invalid', description: 'A limit, version or position of a read is out of bounds.' },
  event_too_large: {
    kind: 'too_large',
    description: 'The JSON of one event is too long. Put large data into blobs and keep a reference.',
  },
  event_schema_newer: {
    kind: 'precondition',
    description: 'A stored event has a newer schema than this program knows. Run the newer program.',
  },
  upcast_failed: { kind: 'internal', description: 'An upcaster threw on a stored event.' },
  conflicts_exhausted: {
    kind: 'conflict',
    retryable: true,
    description: 'A command met version conflicts on every allowed attempt. Try again later.',
  },
  unknown_command: { kind: 'not_found', description: 'No handler is registered for the command.' },
  unknown_query: { kind: 'not_found', description: 'No handler is registered for the query.' },
  message_forbidden: { kind: 'denied', description: 'The caller does not hold the scope that the message needs.' },
  message_invalid: { kind: 'invalid', description: 'The input of a message does not match its schema.' },
  invalid_pipeline: {
    kind: 'internal',
    description:
      'A bus was built with doubled handlers or middleware, or with a middleware outside the declared order.',
  },
  bus_closed: { kind: 'unavailable', retryable: false, description: 'The bus takes no more work.' },
  invalid_projection: { kind: 'internal', description: 'Projections were declared or driven wrongly.' },
  invoker_overloaded: {
    kind: 'exhausted',
    description: 'Too many invocations wait for their outcome. Try again later.',
  },
  invalid_state_machine: { kind: 'invalid', description: 'The table of a state machine contradicts itself.' },
  transition_refused: {
    kind: 'precondition',
    description: 'The state machine has no transition for the event in its present state.',
  },
  specification_failed: { kind: 'internal', description: 'A Given/When/Then specification did not hold.' },
});
