import { defineErrors } from '@conv3n/platform';

/** Error codes of the command itself; those of a server are in the reference, those of the client in `@conv3n/sdk`. */
export const cliErrors = defineErrors({
  usage: { kind: 'invalid', description: 'The arguments are wrong; the message says which and what is accepted.' },
  no_server: { kind: 'unavailable', description: 'No server runs on the data directory, or it does not answer.' },
  api_key_missing: {
    kind: 'unauthenticated',
    description: 'A server was named by URL without an API key, and it is not the one of the data directory.',
  },
  data_dir_in_use: { kind: 'unavailable', description: 'Another process holds the data directory of a durable run.' },
  file_unreadable: { kind: 'invalid', description: 'A file named on the command line cannot be read.' },
  file_not_json: { kind: 'invalid', description: 'A file or argument is not valid JSON.' },
  file_not_written: { kind: 'precondition', description: 'The output file cannot be written.' },
  no_execution: { kind: 'not_found', description: 'The latest execution was asked for and there is none.' },
  interrupted: { kind: 'cancelled', description: 'Ctrl+C ended the command before its end.' },
});
