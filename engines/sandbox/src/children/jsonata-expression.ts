import jsonata from 'jsonata';
import { type Recorded, useRecorded } from './recorded-time.ts';

const keptExpressions = 200;
const expressions = new Map<string, jsonata.Expression>();

/** JSON of what an expression gives for a JSON input, `null` for nothing. @throws the error of JSONata */
export async function runExpression(expression: string, input: string, recorded?: Recorded): Promise<string> {
  useRecorded(recorded);
  const result: unknown = await compiled(expression).evaluate(JSON.parse(input), {});
  return JSON.stringify(result) ?? 'null';
}

/** The bindings given to `evaluate` keep assignments of one evaluation out of the compiled expression. */
function compiled(source: string): jsonata.Expression {
  const known = expressions.get(source);
  if (known) return known;
  const made = jsonata(source);
  if (expressions.size >= keptExpressions) expressions.delete(expressions.keys().next().value as string);
  expressions.set(source, made);
  return made;
}

/** Message and position of an error of an expression. */
export function describeQueryError(cause: unknown): { message: string; details?: Record<string, unknown> } {
  if (typeof cause !== 'object' || cause === null) return { message: String(cause) };
  const { message, code, position } = cause as { message?: unknown; code?: unknown; position?: unknown };
  return {
    message: typeof message === 'string' ? message : 'The expression failed.',
    details: {
      ...(typeof code === 'string' && { jsonataCode: code }),
      ...(typeof position === 'number' && { position }),
    },
  };
}
