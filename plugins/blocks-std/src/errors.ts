import { defineErrors } from '@conv3n/platform';

/** Error codes of the standard blocks. */
export const blocksStdErrors = defineErrors({
  operation_not_supported: { kind: 'unsupported', description: 'The block does not answer this operation.' },
  transform_input: { kind: 'invalid', description: 'A transform operation got a value of the wrong kind.' },
  rename_conflict: { kind: 'conflict', description: 'Two fields would get the same name.' },
  convert_failed: { kind: 'invalid', description: 'A value cannot be converted to the wanted type.' },
  jsonpath_invalid: { kind: 'invalid', description: 'The JSONPath query is not valid.' },
  jsonpath_too_expensive: {
    kind: 'exhausted',
    description: 'The JSONPath query visits too many values.',
    retryable: false,
  },
  block_config_invalid: {
    kind: 'invalid',
    description: 'A config field has an unusable value after its expressions were evaluated.',
  },
  http_client_error: { kind: 'invalid', description: 'The server answered with a status from 400 to 499.' },
  http_rate_limited: {
    kind: 'exhausted',
    description: 'The server answered 408, 425 or 429 and accepts a later repeat.',
  },
  http_server_error: { kind: 'unavailable', description: 'The server answered with a status from 500 to 599.' },
  http_response_not_json: { kind: 'invalid', description: 'The response was declared as JSON and is not.' },
  packages_unavailable: { kind: 'unsupported', description: 'Code names npm packages and this server installs none.' },
  files_dir_invalid: {
    kind: 'invalid',
    description: 'The files directory lies inside, above or at the data directory.',
  },
  path_invalid: { kind: 'invalid', description: 'The path is not a relative path below the files directory.' },
  path_denied: { kind: 'denied', description: 'The path leads through a symbolic link or out of the files directory.' },
  file_not_found: { kind: 'not_found', description: 'There is no such file.' },
  file_kind: {
    kind: 'invalid',
    description: 'The path names something that is not a regular file, or not a directory.',
  },
  file_too_large: { kind: 'too_large', description: 'The file or the content is larger than allowed.' },
  file_content: { kind: 'invalid', description: 'The content does not fit the encoding.' },
  file_io: { kind: 'unavailable', description: 'The file system refused the operation.' },
});
