import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { templateTokens } from '../engine/template-tokens.ts';
import { useDebounced } from '../hooks/use-debounced.ts';
import { useFieldContext } from './field-context.ts';

/** Expressions evaluated for one preview. */
const limit = 4;

interface Line {
  readonly ok: boolean;
  readonly text: string;
}

function expressionsOf(text: string, mode: 'template' | 'expression'): readonly string[] {
  const found = templateTokens(text).filter((token) => token.kind === 'expression');
  if (found.length === 0 && mode === 'expression' && text.trim() !== '') return [text.trim()];
  return found.slice(0, limit).map((token) => token.text.slice(2, -2).trim());
}

/** What the expressions give with the data of the last execution. */
export function ExpressionPreview({
  value,
  mode,
}: {
  readonly value: string;
  readonly mode: 'template' | 'expression';
}) {
  const { executionId, node } = useFieldContext();
  const settled = useDebounced(value, 250);
  const expressions = expressionsOf(settled, mode).filter(
    (expression) => expression !== '' && !expression.includes('$secrets'),
  );
  const preview = useQuery({
    queryKey: ['preview', executionId ?? '', node, expressions],
    enabled: expressions.length > 0 && executionId !== undefined,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }): Promise<readonly Line[]> =>
      Promise.all(
        expressions.map((expression) =>
          client.expressions
            .evaluate(
              { expression, node, ...(executionId === undefined ? {} : { execution_id: executionId }) },
              { signal },
            )
            .then((answer) => ({ ok: true, text: JSON.stringify(answer.value) ?? 'undefined' }))
            .catch((error: unknown) => ({ ok: false, text: errorText(error) })),
        ),
      ),
  });
  if (expressions.length === 0) return null;
  return (
    <output className="mt-1 grid gap-0.5 font-mono text-2xs">
      {executionId === undefined ? (
        <span className="font-sans text-faint">Run the workflow once to preview values here.</span>
      ) : (
        preview.data?.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines follow the expressions
          <span key={index} className={line.ok ? 'truncate text-ok' : 'text-warn'} title={line.text}>
            {line.ok ? `= ${line.text.slice(0, 200)}` : line.text}
          </span>
        ))
      )}
    </output>
  );
}
