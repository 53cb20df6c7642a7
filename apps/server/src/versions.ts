import { readFileSync } from 'node:fs';
import { supportedProtocolVersions } from '@conv3n/nexus';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** What this build is, as `/version` tells it. */
export const versions = {
  protocol_version: supportedProtocolVersions.at(-1) as string,
  server_version: manifest.version,
  api_version: 'v1',
  node: process.version,
} as const;
