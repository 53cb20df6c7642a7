import { defineErrors } from '@conv3n/platform';

/** Error codes of the HTTP server. */
export const httpServerErrors = defineErrors({
  port_in_use: { kind: 'conflict', description: 'Another process listens on the address and port.' },
  listen_failed: {
    kind: 'unavailable',
    description: 'The address cannot be listened on; the message holds the reason.',
    retryable: false,
  },
  unknown_host: { kind: 'misdirected', description: 'The Host of the request is not one of this server.' },
  request_malformed: {
    kind: 'invalid',
    description: 'The request is not well-formed HTTP, such as a broken percent sequence.',
  },
  http_option_invalid: { kind: 'invalid', description: 'An option of the HTTP server is out of range.' },
});
