import type { JsonObject, JsonValue } from '@conv3n/platform';
import { Type } from '@conv3n/platform';
import { type Block, type BlockManifest, defineBlock } from '@conv3n/workflow';
import { blocksStdErrors } from '../errors.ts';
import { closed, field } from '../field.ts';
import { failed, succeeded } from '../result.ts';
import { decodeContent, encodeContent, type FileEncoding, fileEncodings } from './content.ts';
import { fileError } from './file-error.ts';
import type { FileJail } from './file-jail.ts';
import { listJailed } from './list-files.ts';
import { readJailed, statJailed } from './read-file.ts';
import { appendJailed, deleteJailed, writeJailed } from './write-file.ts';

const operations = ['read', 'write', 'append', 'delete', 'list', 'exists'] as const;

/** Config after its expressions were evaluated. */
export interface FileConfig {
  readonly operation: (typeof operations)[number];
  readonly path: string;
  readonly content?: JsonValue;
  readonly encoding?: FileEncoding;
  readonly recursive?: boolean;
  readonly limit?: number;
  readonly maxBytes?: number;
}

const defaultMaxBytes = 10 * 1024 * 1024;
const hardMaxBytes = 50 * 1024 * 1024;
const defaultLimit = 1000;

const config = Type.Object(
  {
    operation: Type.Enum([...operations], field('Operation', 'What to do with the file.', { widget: 'select' })),
    path: Type.String({
      ...field('Path', 'Relative to the files directory.', { placeholder: 'reports/today.json' }),
      minLength: 1,
    }),
    content: Type.Optional(
      Type.Unknown(
        field('Content', 'For write and append: text, or any value with encoding json.', { widget: 'multiline' }),
      ),
    ),
    encoding: Type.Optional(
      Type.Enum([...fileEncodings], {
        ...field('Encoding', 'Text, one JSON value, or bytes as base64.', { widget: 'select' }),
        default: 'utf8',
      }),
    ),
    recursive: Type.Optional(
      Type.Boolean({
        ...field('Recursive', 'For list: directories below as well.', { advanced: true }),
        default: false,
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        ...field('Limit', 'For list: entries at most.', { advanced: true }),
        minimum: 1,
        maximum: 10_000,
        default: defaultLimit,
      }),
    ),
    maxBytes: Type.Optional(
      Type.Integer({
        ...field('Largest size', 'Bytes the file may have when it is read, or after it was written.', {
          advanced: true,
        }),
        minimum: 1,
        maximum: hardMaxBytes,
        default: defaultMaxBytes,
      }),
    ),
  },
  closed,
);

/** Manifest of `std/file`. */
export const fileManifest: BlockManifest = {
  type: 'std/file',
  title: 'File',
  description: 'Reads, writes, appends, deletes and lists files in the files directory.',
  category: 'storage',
  icon: 'file-text',
  config,
  output: Type.Object({ path: Type.String() }, { additionalProperties: true }),
  ports: { fixed: ['default'] },
  effect: {
    cases: [{ all: [{ path: '/operation', in: ['read', 'write', 'delete', 'list', 'exists'] }], effect: 'idempotent' }],
    otherwise: 'external',
  },
  example: { operation: 'write', path: 'reports/today.json', encoding: 'json', content: { total: 3 } },
};

async function perform(jail: FileJail, config: FileConfig): Promise<JsonObject> {
  const { operation, path, encoding = 'utf8' } = config;
  const maxBytes = Math.min(config.maxBytes ?? defaultMaxBytes, hardMaxBytes);
  switch (operation) {
    case 'read': {
      const bytes = await readJailed(jail, path, maxBytes);
      return { path, bytes: bytes.byteLength, content: decodeContent(bytes, encoding) };
    }
    case 'write': {
      const bytes = encodeContent(config.content, encoding);
      if (bytes.byteLength > maxBytes) {
        const text = `The content for "${path}" has ${bytes.byteLength} bytes, more than ${maxBytes}. Raise maxBytes or write less.`;
        throw blocksStdErrors.error('file_too_large', text);
      }
      await writeJailed(jail, path, bytes);
      return { path, bytes: bytes.byteLength };
    }
    case 'append':
      return { path, bytes: await appendJailed(jail, path, encodeContent(config.content, encoding), maxBytes) };
    case 'delete':
      return { path, deleted: await deleteJailed(jail, path) };
    case 'list': {
      const { recursive = false, limit = defaultLimit } = config;
      const { entries, truncated } = await listJailed(jail, path, { recursive, limit });
      return { path, entries: entries.map((entry) => ({ ...entry })), truncated };
    }
    case 'exists': {
      const found = await statJailed(jail, path);
      return found ? { path, exists: true, ...found } : { path, exists: false };
    }
  }
}

/** `std/file`: works only inside the jail. */
export function fileBlock(jail: () => Promise<FileJail>): Block<FileConfig> {
  return defineBlock<FileConfig>({
    manifest: fileManifest,
    async run({ config }) {
      try {
        return succeeded(await perform(await jail(), config));
      } catch (error) {
        return failed(fileError(error, config.path));
      }
    },
  });
}
