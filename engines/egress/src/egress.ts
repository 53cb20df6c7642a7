import { type Conv3nError, isConv3nError } from '@conv3n/platform';
import type { Agent } from 'undici';
import { allowList } from './allow-list.ts';
import { createConnector } from './connector.ts';
import { afterSending, beforeEffect, type EgressErrorCode, isBeforeEffect } from './errors.ts';
import { type ExchangeResult, runExchange } from './exchange.ts';
import { createGate } from './gate.ts';
import { type EgressOptions, resolveEgressOptions } from './options.ts';
import { isRedirect, nextHop } from './redirect.ts';
import { checkUrl, type EgressRequest, firstHop } from './request.ts';

/** What came back, after redirects. The body is decompressed. */
export interface EgressResponse extends ExchangeResult {
  /** Where the response came from. */
  readonly url: string;
  readonly redirected: boolean;
}

/** An HTTP client that reaches public addresses, and others only when listed. */
export interface Egress {
  /**
   * Sends the request. Any status is an answer; only a missing one is an error.
   * @throws Conv3nError a code of `egressErrors`; {@link isBeforeEffect} tells whether a repeat is harmless
   */
  fetch(request: EgressRequest): Promise<EgressResponse>;
  /** Ends every connection; requests under way fail with `egress_closed`. */
  close(): Promise<void>;
}

/** What failed on a later hop does not prove that the first one had no effect. */
function onLaterHop(error: unknown): unknown {
  if (!isConv3nError(error) || !isBeforeEffect(error)) return error;
  return afterSending(error.code as EgressErrorCode, `After a redirect: ${error.message}`, error);
}

/** Creates the client. No connection and no library is loaded before the first request. @throws Conv3nError `invalid_allow_entry` */
export function createEgress(options: EgressOptions): Egress {
  const { allow, timers, resolve, limits } = resolveEgressOptions(options);
  const gate = createGate(allowList(allow), resolve);
  const connector = createConnector({ gate, timers, timeoutMs: limits.connectTimeoutMs });
  let agent: Promise<Agent> | undefined;
  let closed = false;

  const openAgent = async (): Promise<Agent> => {
    const { Agent: UndiciAgent } = await import('undici');
    return new UndiciAgent({
      connect: connector.connect,
      connections: limits.connectionsPerOrigin,
      maxOrigins: limits.maxOrigins,
      keepAliveTimeout: limits.keepAliveMs,
      keepAliveMaxTimeout: limits.keepAliveMs,
      pipelining: 1,
      allowH2: false,
    });
  };

  return {
    async fetch(request) {
      if (closed) throw beforeEffect('egress_closed', 'The client is closed; no request can be sent.');
      const { hop: start, narrowing } = firstHop(request);
      const secretHeaders = new Set((request.secretHeaders ?? []).map((name) => name.toLowerCase()));
      const timeoutMs = request.timeoutMs ?? limits.timeoutMs;
      const maxHops = request.redirects ?? limits.redirects;
      const deadline = new AbortController();
      const cancelTimer = timers.after(timeoutMs, () => deadline.abort());
      const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
      const onAbort = (sent: boolean): Conv3nError => {
        const raise = sent ? afterSending : beforeEffect;
        if (!deadline.signal.aborted) return raise('request_cancelled', 'The request was cancelled by its caller.');
        return sent
          ? raise('response_timeout', `No complete response from ${start.url.origin} within ${timeoutMs} ms.`)
          : raise('connect_timeout', `No connection to ${start.url.origin} was ready within ${timeoutMs} ms.`);
      };
      let hop = start;
      let hops = 0;
      try {
        agent ??= openAgent();
        const pool = await agent;
        for (;;) {
          checkUrl(hop.url, narrowing);
          const maxBytes = request.maxBytes ?? limits.maxBytes;
          const result = await runExchange(pool, { ...hop, maxBytes, signal, onAbort });
          if (maxHops === 0 || !isRedirect(result)) return { ...result, url: hop.url.href, redirected: hops > 0 };
          hops += 1;
          if (hops > maxHops) {
            const text = `${start.url.origin} redirected more than ${maxHops} times. Raise redirects or call the final address.`;
            throw afterSending('too_many_redirects', text);
          }
          hop = nextHop(hop, result, secretHeaders);
        }
      } catch (error) {
        throw hops > 0 ? onLaterHop(error) : error;
      } finally {
        cancelTimer();
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      connector.close();
      await (await agent)?.destroy();
    },
  };
}
