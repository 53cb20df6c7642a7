import type { BinaryOperator, LogicalOperator } from './ast.ts';

/** How tightly a binary operator binds; `**` binds to the right and is handled by the parser. */
export const precedence: ReadonlyMap<string, number> = new Map<BinaryOperator | LogicalOperator, number>([
  ['??', 1],
  ['||', 2],
  ['&&', 3],
  ['==', 4],
  ['!=', 4],
  ['===', 4],
  ['!==', 4],
  ['<', 5],
  ['<=', 5],
  ['>', 5],
  ['>=', 5],
  ['+', 6],
  ['-', 6],
  ['*', 7],
  ['/', 7],
  ['%', 7],
  ['**', 8],
]);

/** What to say where a punctuator of JavaScript stands that this language does not have. */
export const missingOperators: ReadonlyMap<string, string> = new Map([
  ...['=', '+=', '-=', '*=', '/=', '%=', '**=', '&&=', '||=', '??=', '<<=', '>>='].map(
    (text) => [text, 'Expressions assign nothing. Compare with === or write the value itself.'] as const,
  ),
  ...['++', '--'].map((text) => [text, 'Expressions change nothing. Write + 1 or - 1.'] as const),
  ...['&', '|', '^', '~', '<<', '>>', '>>>'].map(
    (text) => [text, 'Bitwise operators are not part of an expression. For logic write && or ||.'] as const,
  ),
  ['=>', 'An arrow function stands only directly among the arguments of a list method such as map or filter.'],
  [';', 'An expression is one value; statements are not part of it.'],
  [',', 'The comma operator is not part of an expression.'],
]);
