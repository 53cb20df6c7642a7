import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type HttpApplication, type HttpReply, type HttpRequest, pageHeaders } from '@conv3n/http-server';
import {
  type ErrorRow,
  type OpenApiOptions,
  type Operation,
  type OperationRegistry,
  openApiDocument,
  type RegisteredOperation,
  reply,
} from '@conv3n/nexus';

export interface ReferenceOptions {
  readonly registry: OperationRegistry;
  readonly title: string;
  readonly serverVersion: string;
  /** Rows of every package; see `errorReference`. */
  readonly errors: readonly ErrorRow[];
}

type Dialect = OpenApiOptions['openapi'];

const dialects: Readonly<Record<string, Dialect>> = { '/openapi.json': '3.1.0', '/openapi-3.0.json': '3.0.3' };

/** The documents as operations of their own, so that they pass the pipeline: any credential reads them. By path. */
export function documentRoutes(options: ReferenceOptions): ReadonlyMap<string, RegisteredOperation> {
  const { registry, title, serverVersion: version, errors } = options;
  const render = (openapi: Dialect): string =>
    JSON.stringify(openApiDocument(registry.list(), { openapi, title, version, errors }));
  return new Map(
    Object.entries(dialects).map(([path, dialect]) => [path, documentEntry(path, dialect, () => render(dialect))]),
  );
}

function documentEntry(path: string, dialect: Dialect, render: () => string): RegisteredOperation {
  const operation: Operation = {
    id: `reference.openapi_${dialect.replaceAll('.', '_')}`,
    summary: `This API as an OpenAPI ${dialect} document`,
    tag: 'Reference',
    input: { type: 'object' },
    output: {},
    permission: 'authenticated',
    idempotency: 'safe',
    http: { method: 'GET', path, root: true, body: '$raw' },
  };
  const invoke = () => reply({ raw: { status: 200, contentType: 'application/json; charset=utf-8', body: render() } });
  return { operation, check: () => [], handle: () => ({ invoke }) };
}

/** The page that shows the documents. Its files come from this server and run under its policy: no foreign and no inline script. */
export function referencePages(title: string): HttpApplication {
  const fromPackage = (name: string) => async () =>
    readFile(join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), name));
  const files: Readonly<Record<string, readonly [type: string, read: () => Promise<Buffer | string>]>> = {
    '/docs': ['text/html; charset=utf-8', async () => page(title)],
    '/docs/start.js': ['text/javascript; charset=utf-8', async () => startScript],
    '/docs/swagger-ui-bundle.js': ['text/javascript; charset=utf-8', fromPackage('swagger-ui-bundle.js')],
    '/docs/swagger-ui.css': ['text/css; charset=utf-8', fromPackage('swagger-ui.css')],
    '/docs/favicon.png': ['image/png', fromPackage('favicon-32x32.png')],
  };
  return {
    handle(request: HttpRequest, answer: HttpReply) {
      const path = request.url.split('?', 1)[0] as string;
      const file = files[path === '/docs/' ? '/docs' : path];
      if (!file || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
      const [type, read] = file;
      read().then(
        (body) => answer.headers(pageHeaders).header('cache-control', 'no-cache').type(type).send(body),
        () =>
          answer
            .code(500)
            .type('text/plain; charset=utf-8')
            .send('The reference pages are not installed. Reinstall swagger-ui-dist.\n'),
      );
      return true;
    },
  };
}

const page = (title: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title.replaceAll(/[<>&"]/g, ' ')}: API reference</title>
<link rel="icon" href="/docs/favicon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="reference"><noscript>The reference needs JavaScript; the document itself is at <a href="/openapi.json">/openapi.json</a>.</noscript></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const startScript = `window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  persistAuthorization: false,
  validatorUrl: null,
});
`;
