import type { Scope } from '@conv3n/expression';
import type { JsonObject, JsonValue } from '@conv3n/platform';
import {
  type ExecutionState,
  type GraphState,
  isBlob,
  type NodeResult,
  type StepState,
  type StoredValue,
  stepError,
  stepInput,
  stepRandom,
} from '@conv3n/workflow';
import type { Host } from './host.ts';
import { inline } from './value-store.ts';

/** The items of a loop as its iterations see them. */
export type ItemsOf = (loop: StepState) => readonly JsonValue[] | Promise<readonly JsonValue[]>;

/** What a step is called with. */
export interface PreparedStep {
  readonly config: JsonObject;
  readonly input: JsonObject;
  /** Present for code blocks. */
  readonly roots: JsonObject | undefined;
}

const nothing: NodeResult = Object.freeze({ data: null, port: null, error: null, attempts: 0 });

/**
 * Evaluates a step's config over exactly the roots it reads. Synchronous unless a value has to be loaded.
 *
 * @throws Conv3nError of an expression, or `input_not_mergeable`
 */
export function prepareStep(
  host: Host,
  state: ExecutionState,
  step: StepState,
  now: number,
  itemsOf: ItemsOf,
): PreparedStep | Promise<PreparedStep> {
  const blobs = blobsFor(state, step);
  const vars = variablesFor(host, state, step);
  const items = enclosingItems(step.graph, itemsOf);
  if (blobs.length === 0 && !(vars instanceof Promise) && !(items instanceof Promise)) {
    return evaluateStep(host, state, step, now, { load: inline, vars, items });
  }
  return Promise.all([host.values.loadAll(state.id, blobs), vars, items]).then(([load, loadedVars, loadedItems]) =>
    evaluateStep(host, state, step, now, { load, vars: loadedVars, items: loadedItems }),
  );
}

interface Loaded {
  readonly load: (value: StoredValue) => JsonValue;
  readonly vars: JsonObject;
  /** Per enclosing loop, outermost first. */
  readonly items: readonly (readonly JsonValue[])[];
}

function evaluateStep(host: Host, state: ExecutionState, step: StepState, now: number, loaded: Loaded): PreparedStep {
  const { node, graph } = step;
  const { load } = loaded;
  const item = currentItem(graph, loaded.items);
  const start = node.in.length > 0 ? null : item ? item.item : load(state.input);
  const input = stepInput(step, start, load);
  const isCode = node.manifest?.category === 'code';
  if (node.config.isConstant && !isCode)
    return { config: node.config.evaluate(constantScope), input, roots: undefined };
  const { uses } = node.config;
  const needs = (root: string) => isCode || uses.roots.has(root);
  const roots: Record<string, unknown> = {};
  if (needs('$node')) roots.$node = nodeRoot(graph, isCode ? null : uses.nodes, load);
  if (needs('$input')) roots.$input = input;
  if (needs('$trigger')) roots.$trigger = load(state.input);
  if (needs('$vars')) roots.$vars = loaded.vars;
  if (needs('$env')) roots.$env = host.env;
  if (needs('$secrets')) roots.$secrets = secretsRoot(uses.secrets);
  if (needs('$execution')) {
    roots.$execution = { id: state.id, trigger: state.trigger.kind, startedAt: isoTime(state.startedAt ?? now) };
  }
  if (needs('$workflow')) {
    roots.$workflow = { id: state.workflowId, version: state.workflowVersion, name: state.plan.name };
  }
  if (needs('$item')) roots.$item = item?.item;
  if (needs('$index')) roots.$index = item?.index;
  if (needs('$error')) roots.$error = stepError(step);
  const scope: Scope = { roots, now, random: stepRandom(state.seed, node.id, graph.iteration) };
  return { config: node.config.evaluate(scope), input, roots: isCode ? codeRoots(roots) : undefined };
}

const constantScope: Scope = { roots: {}, now: 0, random: () => 0 };

function codeRoots(roots: Record<string, unknown>): JsonObject {
  const { $input: _input, $secrets: _secrets, ...others } = roots;
  const named = Object.entries(others).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name.slice(1), value])) as JsonObject;
}

function nodeRoot(
  graph: GraphState,
  ids: readonly string[] | null,
  load: (value: StoredValue) => JsonValue,
): Record<string, NodeResult> {
  const root: Record<string, NodeResult> = {};
  for (const step of visibleSteps(graph, ids)) {
    root[step.node.id] = hasResult(step)
      ? { data: load(step.data), port: step.port, error: step.error, attempts: step.attempts }
      : nothing;
  }
  return root;
}

/** The steps an expression can see from inside `graph`: of its own iteration and of all around it; with `ids`, only those. */
function* visibleSteps(graph: GraphState, ids: readonly string[] | null): Generator<StepState> {
  for (let scope: GraphState | undefined = graph; scope; scope = scope.loop?.graph) {
    if (!ids) {
      yield* scope.steps;
      continue;
    }
    for (const id of ids) {
      const index = scope.plan.indexes.get(id);
      if (index !== undefined) yield scope.steps[index] as StepState;
    }
  }
}

function hasResult(step: StepState): boolean {
  return step.status === 'succeeded' || step.status === 'failed' || step.status === 'compensated';
}

function secretsRoot(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { $secret: name }]));
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** `$item` and `$index` of the innermost loop. */
function currentItem(
  graph: GraphState,
  items: Loaded['items'],
): { readonly item: JsonValue; readonly index: number } | undefined {
  const list = items[items.length - 1];
  const index = graph.iteration[graph.iteration.length - 1];
  const batch = graph.loop?.node.loop?.batch ?? 1;
  if (!list || index === undefined) return undefined;
  const item = batch === 1 ? list[index] : list.slice(index * batch, (index + 1) * batch);
  return { item: item ?? null, index };
}

const noItems: Loaded['items'] = [];

function enclosingItems(graph: GraphState, itemsOf: ItemsOf): Loaded['items'] | Promise<Loaded['items']> {
  if (!graph.loop) return noItems;
  const items = itemsOf(graph.loop);
  return items instanceof Promise ? items.then((list) => [list]) : [items];
}

function blobsFor(state: ExecutionState, step: StepState): StoredValue[] {
  const found: StoredValue[] = [];
  for (const edge of step.live) {
    const { data } = step.graph.steps[edge.source] as StepState;
    if (isBlob(data)) found.push(data);
  }
  const all = step.node.manifest?.category === 'code';
  const { roots, nodes } = step.node.config.uses;
  const atStart = step.node.in.length === 0 && !step.graph.loop;
  if (isBlob(state.input) && (all || atStart || roots.has('$trigger'))) found.push(state.input);
  if (!all && !roots.has('$node')) return found;
  for (const other of visibleSteps(step.graph, all ? null : nodes)) if (isBlob(other.data)) found.push(other.data);
  return found;
}

const noVariables: JsonObject = Object.freeze({});

function variablesFor(host: Host, state: ExecutionState, step: StepState): JsonObject | Promise<JsonObject> {
  const all = step.node.manifest?.category === 'code';
  const { roots, vars } = step.node.config.uses;
  if (!all && !roots.has('$vars')) return noVariables;
  const stored = host.variables.read(state.workflowId, all ? null : vars);
  const own = [...state.variables].filter(
    ([, entry]) => !entry.expiresAt || entry.expiresAt > host.platform.clock.now(),
  );
  const blobs = own.map(([, entry]) => entry.value).filter((value) => isBlob(value));
  if (!(stored instanceof Promise) && blobs.length === 0) return { ...stored, ...ownValues(own, inline) };
  return Promise.all([stored, host.values.loadAll(state.id, blobs)]).then(([values, load]) => ({
    ...values,
    ...ownValues(own, load),
  }));
}

function ownValues(
  own: readonly (readonly [string, { readonly value: StoredValue }])[],
  load: (value: StoredValue) => JsonValue,
): JsonObject {
  return Object.fromEntries(own.map(([name, entry]) => [name, load(entry.value)]));
}
