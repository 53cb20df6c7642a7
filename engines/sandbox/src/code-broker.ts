import { isConv3nError } from '@conv3n/platform';
import type { CodeRequest, EgressFetch, SecretResolver } from './code.ts';
import type { RequestReply } from './pool-call.ts';

/** What stands behind the requests of user code. */
export interface BrokerPorts {
  readonly egress?: EgressFetch | undefined;
  readonly secrets?: SecretResolver | undefined;
  readonly maxResponseBytes: number;
}

/**
 * Answers what one run of user code asks for. All effects of code pass here, so `effects` tells whether it had any.
 *
 * I1 A host or a secret that the manifest does not name is refused here, whatever the child claims.
 */
export class CodeBroker {
  effects = false;
  private readonly request: CodeRequest;
  private readonly ports: BrokerPorts;

  constructor(request: CodeRequest, ports: BrokerPorts) {
    this.request = request;
    this.ports = ports;
  }

  /** Never rejects. */
  async answer(head: Readonly<Record<string, unknown>>, body: Buffer, signal: AbortSignal): Promise<RequestReply> {
    const info = head['info'] as Record<string, unknown> | null | undefined;
    if (typeof info !== 'object' || info === null) return refusal('bad_request', 'The request is malformed.');
    try {
      if (head['op'] === 'secret') return await this.secret(String(info['name']));
      if (head['op'] === 'fetch') return await this.fetch(info, head['hasBody'] === true ? body : undefined, signal);
      return refusal('bad_request', 'The request is unknown.');
    } catch (cause) {
      if (isConv3nError(cause)) return refusal(cause.code, cause.message);
      return refusal('request_failed', cause instanceof Error ? cause.message : String(cause));
    }
  }

  private async secret(name: string): Promise<RequestReply> {
    if (!this.request.manifest?.secrets?.includes(name)) {
      return refusal('secret_not_declared', `The secret "${name}" is not declared. Add it to manifest.secrets.`);
    }
    const value = await this.ports.secrets?.(name, this.request.workflowVersionKey);
    if (value === undefined) return refusal('secret_not_found', `No secret "${name}" is stored. Set it first.`);
    return { head: { ok: true, info: { value } } };
  }

  private async fetch(
    info: Readonly<Record<string, unknown>>,
    body: Buffer | undefined,
    signal: AbortSignal,
  ): Promise<RequestReply> {
    const hosts = this.request.manifest?.hosts ?? [];
    const url = URL.parse(String(info['url']));
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      return refusal('invalid_url', `"${info['url']}" is not an http or https URL.`);
    }
    if (!hosts.includes(url.hostname) && !hosts.includes(url.host)) {
      return refusal('host_not_declared', `The host "${url.host}" is not declared. Add it to manifest.hosts.`);
    }
    if (!this.ports.egress) return refusal('no_network', 'This server gives code no network.');
    this.effects = true;
    const response = await this.ports.egress({
      url: url.href,
      method: String(info['method']),
      headers: textValues(info['headers']),
      ...(body && { body: Uint8Array.from(body) }),
      signal,
      hosts,
      maxBytes: this.ports.maxResponseBytes,
    });
    if (response.body.length > this.ports.maxResponseBytes) {
      return refusal('response_too_large', `The response exceeds ${this.ports.maxResponseBytes} bytes.`);
    }
    return { head: { ok: true, info: { status: response.status, headers: response.headers } }, body: response.body };
  }
}

function refusal(code: string, message: string): RequestReply {
  return { head: { ok: false, info: { code, message } } };
}

function textValues(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}
