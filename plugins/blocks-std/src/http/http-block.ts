import { type Egress, type EgressRequest, type EgressResponse, isBeforeEffect } from '@conv3n/egress';
import type { CallContext, Clock, Conv3nError, JsonObject } from '@conv3n/platform';
import { type Block, type BlockCall, type BlockResult, defineBlock } from '@conv3n/workflow';
import { blocksStdErrors } from '../errors.ts';
import { fileError } from '../files/file-error.ts';
import type { FileJail } from '../files/file-jail.ts';
import { failed, scrubResult } from '../result.ts';
import { type ResolveSecret, type SecretReader, secretReader } from '../secret-reader.ts';
import { buildRequest } from './build-request.ts';
import { type HttpConfig, httpManifest } from './http-config.ts';
import { readBody, retryAfterMs } from './read-response.ts';

export interface HttpBlockParts {
  readonly egress: Pick<Egress, 'fetch'>;
  readonly resolveSecret: ResolveSecret;
  readonly jail: () => Promise<FileJail>;
  readonly clock: Clock;
}

const repeatableStatuses = new Set([408, 425, 429]);

/** By their definition the server did not act on the request (RFC 6585, RFC 8470), so a repeat after the wait is harmless. */
const refusedStatuses = new Set([425, 429]);

function statusError({ status, url }: EgressResponse): Conv3nError {
  const message = `${new URL(url).origin} answered ${status}.`;
  const options = { details: { status } };
  if (status >= 500) return blocksStdErrors.error('http_server_error', message, options);
  const code = repeatableStatuses.has(status) ? 'http_rate_limited' : 'http_client_error';
  return blocksStdErrors.error(code, message, options);
}

/** `std/http_request`: any answer below 400 succeeds; what leaves the call is free of the secrets that went into it. */
export function httpBlock({ egress, resolveSecret, jail, clock }: HttpBlockParts): Block<HttpConfig> {
  const perform = async (
    { config, step }: BlockCall<HttpConfig>,
    context: CallContext,
    secrets: SecretReader,
  ): Promise<BlockResult> => {
    let request: EgressRequest;
    try {
      request = await buildRequest(config, step, secrets);
    } catch (error) {
      return failed(error, { port: 'error', beforeEffect: true });
    }
    let response: EgressResponse;
    try {
      response = await egress.fetch({ ...request, signal: context.signal });
    } catch (error) {
      return failed(error, { port: 'error', beforeEffect: isBeforeEffect(error) });
    }
    try {
      const body = await readBody(response, config, step, jail);
      const data = { status: response.status, headers: response.headers as JsonObject, body };
      if (response.status < 400) return { kind: 'succeeded', data };
      const wait = retryAfterMs(response, clock.now());
      const port = response.status < 500 ? 'client_error' : 'server_error';
      return failed(statusError(response), {
        port,
        data,
        ...(refusedStatuses.has(response.status) && { beforeEffect: true }),
        ...(wait !== undefined && { retryAfterMs: wait }),
      });
    } catch (error) {
      return failed(fileError(error, 'downloads'), { port: 'error' });
    }
  };
  return defineBlock<HttpConfig>({
    manifest: httpManifest,
    async run(call, context) {
      const secrets = secretReader(resolveSecret, context);
      return scrubResult(await perform(call, context, secrets), secrets.scrub);
    },
  });
}
