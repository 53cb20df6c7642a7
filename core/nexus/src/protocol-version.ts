import { nexusErrors } from './errors.ts';

/** Versions of the wire contract this house speaks, oldest first. The published 2.0 shapes are another major. */
export const supportedProtocolVersions: readonly string[] = ['3.0.0'];

/** The version a request asks for, by where it stood; the first one present counts. */
export interface RequestedVersions {
  readonly envelope?: string | undefined;
  readonly header?: string | undefined;
  readonly query?: string | undefined;
}

export interface NegotiatedVersion {
  readonly version: string;
  /** Present when the request named none. */
  readonly warning?: string;
}

const pattern = /^(\d{1,5})(?:\.(\d{1,5}))?(?:\.(\d{1,5}))?(?:-[0-9A-Za-z.-]{1,64})?(?:\+[0-9A-Za-z.-]{1,64})?$/;

/** A negotiation over `supported`, oldest first. The answer is the highest supported version a client of the asked one understands. */
export function versionNegotiation(supported: readonly string[]): (requested: RequestedVersions) => NegotiatedVersion {
  const oldest = supported[0] as string;
  const assumed: NegotiatedVersion = {
    version: oldest,
    warning: `No protocol version was named; ${oldest} is assumed.`,
  };
  const parsed = supported.map((version) => ({ version, ...(parse(version) as Parsed) }));
  return (requested) => {
    const asked = requested.envelope ?? requested.header ?? requested.query;
    if (asked === undefined) return assumed;
    const wanted = parse(asked);
    if (!wanted) {
      throw nexusErrors.error(
        'invalid_protocol_version',
        `The protocol version ${JSON.stringify(asked.slice(0, 40))} is not a semantic version. Write one such as ${oldest}.`,
      );
    }
    const match = parsed.findLast(({ major, minor }) => major === wanted.major && minor >= wanted.minor);
    if (!match) {
      throw nexusErrors.error(
        'protocol_version_mismatch',
        `Protocol version ${asked} is not supported. Ask for one of ${supported.join(', ')}, or for none.`,
        { details: { client_version: asked, supported_versions: supported } },
      );
    }
    return { version: match.version };
  };
}

interface Parsed {
  readonly major: number;
  readonly minor: number;
}

function parse(version: string): Parsed | undefined {
  const match = pattern.exec(version);
  return match ? { major: Number(match[1]), minor: Number(match[2] ?? 0) } : undefined;
}
