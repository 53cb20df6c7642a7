import type { CallContext, ErrorDetail, JsonObject, JsonSchema, JsonValue } from '@conv3n/platform';
import type { Effect } from './workflow-file.ts';

/**
 * A block is declared once: its manifest is plain JSON, from which come form, validation, docs, ports and effect; its implementation
 * is registered in the runtime as the service `block:<type>` with the manifest as annotation, so an agent's blocks are called the same way.
 */

/**
 * How a config field is read, as the keyword `x-conv3n` of the field's schema; without it a string is a template.
 * `expression`: braces optional. `raw`: passed as written. `each`: a template evaluated by the block per item, over `$item` and `$index`.
 */
export type FieldMode = 'template' | 'expression' | 'raw' | 'each';

/** The `x-conv3n` keyword of a config field's JSON Schema. */
export interface FieldAnnotation {
  /** @default 'template' */
  readonly mode?: FieldMode;
  /** `$secrets.<name>` is accepted here and reaches the block as a {@link SecretReference}. */
  readonly secret?: boolean;
  /** Editor hint for the studio. */
  readonly widget?:
    | 'text'
    | 'multiline'
    | 'code'
    | 'json'
    | 'cron'
    | 'duration'
    | 'select'
    | 'keyvalue'
    | 'cases'
    | 'graph'
    | 'sql';
  /** A language for `code` widgets. */
  readonly language?: string;
  readonly placeholder?: string;
  /** Shown only under "More options". */
  readonly advanced?: boolean;
}

/** What `$secrets.<name>` evaluates to: an opaque reference, resolved only inside a block call. */
export interface SecretReference {
  readonly $secret: string;
}

/** What a longer text with `$secrets.<name>` inside evaluates to, such as `Bearer {{ $secrets.token }}`: its pieces in order. */
export interface SecretText {
  readonly $secret_text: readonly (string | SecretReference)[];
}

/** Ports a node offers: a fixed list, plus ports named by config. */
export interface PortRule {
  readonly fixed: readonly string[];
  /** JSON Pointer such as `/cases/-/port` (`-` means every element); when it matches anything, its values replace `fixed` and `also` is added. */
  readonly fromConfig?: string;
  readonly also?: readonly string[];
}

/** A config value, by JSON Pointer, that must be one of these; `-` means every element, an absent value counts as null. */
export interface ConfigTest {
  readonly path: string;
  readonly in: readonly JsonValue[];
}

/** The first case whose tests all hold decides, else `otherwise`. An expression in a tested field holds for none. */
export interface EffectRule {
  readonly cases?: readonly { readonly all: readonly ConfigTest[]; readonly effect: Effect }[];
  readonly otherwise: Effect;
}

/** Blocks the engine itself interprets; everything else runs through its service. */
export type ControlBlock = 'trigger' | 'loop' | 'delay' | 'set_var' | 'get_var' | 'workflow';

/** The JSON description of a block. */
export interface BlockManifest {
  /** Such as `std/http_request`. */
  readonly type: string;
  readonly title: string;
  /** One sentence: what it does. */
  readonly description: string;
  readonly category: 'trigger' | 'logic' | 'data' | 'network' | 'storage' | 'code' | 'time';
  /** Lucide icon name. */
  readonly icon?: string;
  readonly control?: ControlBlock;
  readonly config: JsonSchema;
  readonly output?: JsonSchema;
  readonly ports: PortRule;
  readonly effect: EffectRule;
  /** Default attempt timeout as a duration. @default "30s" */
  readonly timeout?: string;
  /** The block answers the `reconcile` operation. */
  readonly reconcile?: boolean;
  /** The block answers the `compensate` operation. */
  readonly compensate?: boolean;
  /** A config that works, for docs, tests and the palette. */
  readonly example?: JsonObject;
}

/** Identity of the step a call belongs to. */
export interface StepIdentity {
  readonly executionId: string;
  readonly workflowId: string | null;
  readonly workflowVersion: number | null;
  readonly node: string;
  readonly iteration: readonly number[];
  /** 1-based. */
  readonly attempt: number;
  /** Stable over attempts, crashes and replays: execution, node and iteration. Sent to other systems to make repeats harmless. */
  readonly idempotencyKey: string;
}

/** The input of the service `block:<type>`. */
export interface BlockCall<Config = JsonObject> {
  readonly operation: 'run' | 'reconcile' | 'compensate';
  readonly config: Config;
  /** By input port; see Contracts, Data. */
  readonly input: JsonObject;
  /** The other roots without `$`, for code blocks: node, trigger, vars, env, execution, workflow, item, index. Present only when the manifest's category is `code`. */
  readonly roots?: JsonObject;
  readonly step: StepIdentity;
  /** Recorded time of the step's start, milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** For `compensate`: the data the step produced. */
  readonly data?: JsonValue;
}

/** What a block answers. */
export type BlockResult =
  | {
      readonly kind: 'succeeded';
      readonly data: JsonValue;
      readonly port?: string;
      readonly logs?: readonly BlockLog[];
    }
  | {
      readonly kind: 'failed';
      readonly error: ErrorDetail;
      /** For external effects: true only when the error is known to precede the effect (DNS, refused, TLS). */
      readonly beforeEffect?: boolean;
      /** Milliseconds the other side asked to wait (Retry-After). */
      readonly retryAfterMs?: number;
      /** Data beside the error, such as a response body on `client_error`. */
      readonly data?: JsonValue;
      readonly port?: string;
      readonly logs?: readonly BlockLog[];
    }
  /** Answer of `reconcile`: the other side does not know the effect, so it may run again. */
  | { readonly kind: 'not_happened' }
  /** Answer of `reconcile`: nobody can know; the step is `in_doubt`. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** A line a block or custom code wrote. */
export interface BlockLog {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

/** A block's implementation. A synchronous return keeps pure steps fast. Throwing equals `failed` with the thrown error. */
export interface Block<Config = JsonObject> {
  readonly manifest: BlockManifest;
  run(call: BlockCall<Config>, context: CallContext): BlockResult | Promise<BlockResult>;
  reconcile?(call: BlockCall<Config>, context: CallContext): Promise<BlockResult>;
  compensate?(call: BlockCall<Config>, context: CallContext): Promise<BlockResult>;
}

/** Declares a block; the type parameter is the config after expressions were evaluated. */
export function defineBlock<Config = JsonObject>(block: Block<Config>): Block<Config> {
  return block;
}
