import type { ErrorDetail, JsonValue } from '@conv3n/platform';

/** Facts about an answer; they stand in the envelope and travel as headers too. */
export interface ResponseMetadata {
  readonly request_id: string;
  readonly protocol_version: string;
  readonly server_version: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly processing_time_ms: number;
}

/** The error of a failure envelope: an error's serialisable detail. */
export type WireError = ErrorDetail;

export interface SuccessEnvelope {
  readonly data: JsonValue;
  readonly metadata: ResponseMetadata;
}

export interface FailureEnvelope {
  readonly error: WireError;
  readonly metadata: ResponseMetadata;
}
