import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApplication } from './application.ts';
import { mediaTypeOf } from './media-type.ts';
import { pageHeaders } from './page-policy.ts';

export interface StaticFilesOptions {
  /** Folder of a built site. */
  readonly root: string;
  /** Path the site stands under, without a slash at its end. @default '' */
  readonly prefix?: string;
  /** Answers page navigations to unknown paths, for routes of the client. @default true */
  readonly indexFallback?: boolean;
}

interface StaticFile {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly br?: StaticFile;
  readonly gz?: StaticFile;
}

const hashed = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const maxFiles = 20_000;

/**
 * Serves a built site. The folder is listed once, at the first request, so a request can name nothing outside of it. Hashed assets are cached for
 * ever, everything else is revalidated; `.br` and `.gz` files beside a file are sent to those who accept them.
 */
export function staticFiles(options: StaticFilesOptions): HttpApplication {
  const { root, prefix = '', indexFallback = true } = options;
  let listing: Promise<ReadonlyMap<string, StaticFile>> | undefined;
  const find = async (path: string, wantsPage: boolean): Promise<StaticFile | undefined> => {
    listing ??= listFiles(root);
    const files = await listing;
    const name = path === '' || path === '/' ? '/index.html' : path;
    return files.get(name) ?? (indexFallback && wantsPage ? files.get('/index.html') : undefined);
  };
  return {
    handle(request, reply) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const path = pathOf(request.url);
      if (path === undefined || !(path === prefix || path.startsWith(`${prefix}/`))) return false;
      const below = path.slice(prefix.length);
      const page = !/\.[a-z0-9]{1,8}$/i.test(below) && (request.headers.accept ?? '').includes('text/html');
      find(below, page).then(
        (file) => (file ? send(file, request, reply) : notFound(reply)),
        (error: unknown) =>
          reply
            .code(500)
            .type('text/plain; charset=utf-8')
            .send(`The site's folder cannot be read: ${messageOf(error)}\n`),
      );
      return true;
    },
  };
}

const messageOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

function notFound(reply: FastifyReply): void {
  reply.code(404).headers(pageHeaders).type('text/plain; charset=utf-8').send('Not found\n');
}

function send(file: StaticFile, request: FastifyRequest, reply: FastifyReply): void {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const [variant, encoding] =
    accepts(accepted, 'br') && file.br
      ? [file.br, 'br']
      : accepts(accepted, 'gzip') && file.gz
        ? [file.gz, 'gzip']
        : [file, undefined];
  const isAsset = hashed.test(file.path) && !file.path.endsWith('.html');
  reply.headers(pageHeaders);
  reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
  reply.header('etag', variant.etag);
  if (file.br || file.gz) reply.header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === variant.etag) {
    reply.code(304).send();
    return;
  }
  if (encoding) reply.header('content-encoding', encoding);
  reply.header('content-length', variant.size);
  reply.type(mediaTypeOf(file.path));
  if (request.method === 'HEAD') reply.send();
  else reply.send(createReadStream(variant.path));
}

const accepts = (header: string, encoding: string): boolean =>
  header.split(',').some((part) => part.trim().split(';', 1)[0] === encoding && !/;\s*q=0(\.0*)?\s*$/.test(part));

/** The decoded path of a request target without its query; undefined when it is malformed. */
function pathOf(url: string): string | undefined {
  const query = url.indexOf('?');
  const raw = query < 0 ? url : url.slice(0, query);
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

async function listFiles(root: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries.slice(0, maxFiles)) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(path);
    const name = path.slice(root.length).replaceAll('\\', '/');
    files.set(name.startsWith('/') ? name : `/${name}`, {
      path,
      size,
      etag: `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`,
    });
  }
  for (const [name, file] of files) {
    const br = files.get(`${name}.br`);
    const gz = files.get(`${name}.gz`);
    if (br || gz) files.set(name, { ...file, ...(br && { br }), ...(gz && { gz }) });
  }
  return files;
}
