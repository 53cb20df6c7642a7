import { defineErrors } from '@conv3n/platform';

/** Error codes of starting a server; the command line turns each into a sentence and an exit code. */
export const serverErrors = defineErrors({
  config_invalid: { kind: 'invalid', description: 'The configuration has problems; `violations` names each setting.' },
  config_unreadable: { kind: 'invalid', description: 'The configuration file cannot be read or parsed.' },
  data_dir_unusable: { kind: 'precondition', description: 'The data directory cannot be created or written.' },
  secrets_key_invalid: { kind: 'invalid', description: 'The key that seals secrets is not 32 bytes.' },
  listen_beyond_loopback: {
    kind: 'denied',
    description: 'A server that listens beyond loopback needs an admin API key first.',
  },
});
