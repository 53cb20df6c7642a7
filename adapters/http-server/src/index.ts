export type { HttpApplication, HttpReply, HttpRequest } from './application.ts';
export { httpServerErrors } from './errors.ts';
export { createHttpServer, type HttpServer, type ListeningAddress } from './http-server.ts';
export type { HttpServerOptions, ResolvedHttpServerOptions } from './options.ts';
export { pageHeaders } from './page-policy.ts';
export { type StaticFilesOptions, staticFiles } from './static-files.ts';
