import { nearest } from './suggestion.ts';

/** One thing wrong with a workflow file. */
export interface WorkflowProblem {
  /** Dotted path such as `nodes.total.config.set.total`; empty for the whole file. */
  readonly path: string;
  readonly code: WorkflowProblemCode;
  /** What is wrong and what to do. */
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
  /** Position in the text at `path`, for expressions: offset and length in UTF-16 units. */
  readonly position?: { readonly offset: number; readonly length: number };
}

/** Every code a problem can have. */
export type WorkflowProblemCode =
  | 'file_too_large'
  | 'too_many_nodes'
  | 'too_many_edges'
  | 'nested_too_deep'
  | 'unknown_key'
  | 'missing_key'
  | 'wrong_type'
  | 'value_not_allowed'
  | 'invalid_node_id'
  | 'duplicate_node'
  | 'invalid_duration'
  | 'dangling_edge'
  | 'duplicate_edge'
  | 'unknown_port'
  | 'cycle'
  | 'unknown_block'
  | 'trigger_has_input'
  | 'trigger_in_loop'
  | 'effect_not_allowed'
  | 'invalid_config'
  | 'invalid_expression'
  | 'unknown_node'
  | 'node_not_upstream'
  | 'item_outside_loop'
  | 'secret_not_allowed';

/** Collects problems, at most as many as anybody reads. */
export class ProblemList {
  readonly problems: WorkflowProblem[] = [];
  readonly #limit: number;

  constructor(limit = 200) {
    this.#limit = limit;
  }

  add(
    path: string,
    code: WorkflowProblemCode,
    message: string,
    more: Pick<WorkflowProblem, 'suggestion' | 'position'> = {},
  ): void {
    if (this.problems.length < this.#limit) this.problems.push({ path, code, message, ...more });
  }

  /** A problem about a word that is not among the known ones. */
  addUnknown(path: string, code: WorkflowProblemCode, message: string, word: string, known: Iterable<string>): void {
    const suggestion = nearest(word, known);
    this.add(
      path,
      code,
      suggestion ? `${message} Did you mean "${suggestion}"?` : message,
      suggestion ? { suggestion } : {},
    );
  }
}

/** A path one step deeper. */
export function under(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}
