import type { Conv3nError } from '@conv3n/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request as Fastify has it. */
export type HttpRequest = FastifyRequest;
/** The answer to be, as Fastify has it. */
export type HttpReply = FastifyReply;

/** What answers requests on a server. The server keeps limits, hosts and connections; the application keeps meaning. */
export interface HttpApplication {
  /** Answers and returns true, or returns false so that the next application may. The body is unread on `request.raw`. */
  handle(request: HttpRequest, reply: HttpReply): boolean;
  /** Answers with an error the server itself found. Only the first application that has it is asked. */
  fail?(error: Conv3nError, request: HttpRequest, reply: HttpReply): void;
}
