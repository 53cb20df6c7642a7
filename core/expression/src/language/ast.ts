import type { Span } from '../source.ts';

/** Operators with two operands that always evaluate both. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '**' | '==' | '!=' | '===' | '!==' | '<' | '<=' | '>' | '>=';

/** Operators that evaluate the right side only when needed. */
export type LogicalOperator = '&&' | '||' | '??';

/** Operators before one operand. */
export type UnaryOperator = '!' | '-' | '+' | 'typeof';

interface Base extends Span {
  /** Levels of nodes below and including this one; bounds recursion of the compiler and of the evaluation. */
  readonly height: number;
  /** Nodes below and including this one: the steps one run costs. */
  readonly weight: number;
}

type LiteralNode = Base & {
  readonly type: 'literal';
  readonly value: string | number | boolean | null | undefined;
};
/** A name without dollar: a parameter, a built-in function or a namespace such as Math. */
export type NameNode = Base & { readonly type: 'name'; readonly name: string };
export type RootNode = Base & { readonly type: 'root'; readonly name: string };
export type TemplateNode = Base & {
  readonly type: 'template';
  /** One more than `parts`. */
  readonly texts: readonly string[];
  readonly parts: readonly Node[];
};
export type SpreadNode = Base & { readonly type: 'spread'; readonly value: Node };
export type ArrayNode = Base & { readonly type: 'array'; readonly items: readonly (Node | SpreadNode)[] };
export type PairNode = Base & { readonly type: 'pair'; readonly key: string | Node; readonly value: Node };
export type ObjectNode = Base & { readonly type: 'object'; readonly entries: readonly (PairNode | SpreadNode)[] };
export type UnaryNode = Base & { readonly type: 'unary'; readonly operator: UnaryOperator; readonly operand: Node };
export type BinaryNode = Base & {
  readonly type: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
};
export type LogicalNode = Base & {
  readonly type: 'logical';
  readonly operator: LogicalOperator;
  readonly left: Node;
  readonly right: Node;
};
export type ConditionalNode = Base & {
  readonly type: 'conditional';
  readonly test: Node;
  readonly then: Node;
  readonly otherwise: Node;
};
/** `object.key` or `object["key"]`: the key is known. */
export type MemberNode = Base & {
  readonly type: 'member';
  readonly object: Node;
  readonly key: string;
  readonly optional: boolean;
};
/** `object[index]` with a computed index. */
export type IndexNode = Base & {
  readonly type: 'index';
  readonly object: Node;
  readonly index: Node;
  readonly optional: boolean;
};
export type CallNode = Base & {
  readonly type: 'call';
  readonly callee: Node;
  readonly args: readonly (Node | SpreadNode | ArrowNode)[];
  readonly optional: boolean;
};
/** `new Date(...)`. */
export type NewDateNode = Base & { readonly type: 'newDate'; readonly args: readonly Node[] };
/** The whole of `a?.b.c`: where a missing `a` makes the result undefined. */
export type ChainNode = Base & { readonly type: 'chain'; readonly expression: Node };

/** A parameter: a name, or the places inside an object or list to take. */
export type Pattern =
  | { readonly type: 'bind'; readonly name: string; readonly span: Span }
  | {
      readonly type: 'fields';
      readonly fields: readonly { readonly key: string; readonly target: Pattern }[];
      readonly span: Span;
    }
  | { readonly type: 'elements'; readonly elements: readonly (Pattern | undefined)[]; readonly span: Span };

/** An arrow function; stands only among the arguments of a call. */
export type ArrowNode = Base & { readonly type: 'arrow'; readonly params: readonly Pattern[]; readonly body: Node };

/** Any node that yields a value. */
export type Node =
  | LiteralNode
  | NameNode
  | RootNode
  | TemplateNode
  | ArrayNode
  | ObjectNode
  | UnaryNode
  | BinaryNode
  | LogicalNode
  | ConditionalNode
  | MemberNode
  | IndexNode
  | CallNode
  | NewDateNode
  | ChainNode;

/** Any node at all. */
export type AnyNode = Node | SpreadNode | PairNode | ArrowNode;
