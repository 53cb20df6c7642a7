import { defineErrors } from '@conv3n/platform';

/** Codes that every operation may answer, on every transport: the pipeline's own. */
export const nexusErrors = defineErrors({
  malformed_body: {
    kind: 'invalid',
    description: 'The body is not what its content type promises, such as broken JSON.',
  },
  validation_failed: { kind: 'invalid', description: 'The input breaks its schema; `violations` lists every place.' },
  invalid_protocol_version: { kind: 'invalid', description: 'The protocol version is not a semantic version.' },
  protocol_version_mismatch: {
    kind: 'invalid',
    description: 'No supported protocol version is compatible; `details.supported_versions` lists what is.',
  },
  credential_required: { kind: 'unauthenticated', description: 'The operation needs a credential and none came.' },
  credential_invalid: { kind: 'unauthenticated', description: 'The credential is unknown, expired or revoked.' },
  permission_denied: { kind: 'denied', description: 'The caller lacks a scope; `details.missing_scopes` names it.' },
  cross_origin_write: {
    kind: 'denied',
    description: 'A write carried by the session cookie came without the Origin of this server.',
  },
  rate_limited: { kind: 'exhausted', description: 'Too many requests of this caller; wait for `Retry-After`.' },
  operation_not_found: { kind: 'not_found', description: 'No operation has this id, or its plugin was stopped.' },
  endpoint_not_found: { kind: 'not_found', description: 'Nothing answers under this path.' },
  method_not_allowed: { kind: 'unsupported', description: 'The path exists, the method does not; see `Allow`.' },
  not_acceptable: { kind: 'unsupported', description: 'The operation cannot answer in an accepted media type.' },
  unsupported_media_type: {
    kind: 'unsupported',
    description: 'The body has a content type the operation does not read.',
  },
  body_too_large: { kind: 'too_large', description: 'The body exceeds the limit of the operation.' },
  body_incomplete: { kind: 'cancelled', description: 'The client left before its body was complete.' },
  internal_error: {
    kind: 'internal',
    description: 'Something unexpected failed; the log holds the cause by request id.',
  },
  schema_invalid: {
    kind: 'invalid',
    description:
      'A JSON Schema cannot be used, such as one with a pattern that is none or that no linear-time engine can match.',
  },
  operation_invalid: { kind: 'internal', description: 'A declared operation breaks the rules of declarations.' },
  error_codes_clash: { kind: 'internal', description: 'Two packages declare the same error code.' },
});
