import { useEffect, useRef, useState } from 'react';
import { classNames } from '../components/class-names.ts';
import { controlClass } from '../components/Field.tsx';
import { templateTokens } from '../engine/template-tokens.ts';
import { ExpressionPreview } from './ExpressionPreview.tsx';
import { useFieldContext } from './field-context.ts';
import { clearInsertTarget, type InsertTarget, setInsertTarget } from './insert-target.ts';
import { suggestVariables } from './suggest-variables.ts';

interface TemplateInputProps {
  readonly id?: string;
  readonly label?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** `expression`: the whole text is one expression, braces optional. */
  readonly mode?: 'template' | 'expression' | undefined;
  readonly placeholder?: string | undefined;
  readonly rows?: number;
  readonly invalid?: boolean;
  /** `$secrets` may stand here. */
  readonly secret?: boolean;
}

const textClass = 'px-2.5 py-[5px] font-mono text-xs leading-5 whitespace-pre-wrap break-words';

function Highlighted({ text, mode }: { readonly text: string; readonly mode: 'template' | 'expression' }) {
  if (mode === 'expression' && !text.includes('{{')) return <span className="text-accent">{text}</span>;
  return templateTokens(text).map((token, index) =>
    token.kind === 'expression' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity besides their place
      <span key={index} className="rounded-sm bg-accent/14 text-accent">
        {token.text}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity besides their place
      <span key={index}>{token.text}</span>
    ),
  );
}

/** A text control for templates: expressions stand out, variables are suggested while typing, the value is previewed. */
export function TemplateInput(props: TemplateInputProps) {
  const { value, onChange, mode = 'template', rows = 1 } = props;
  const { variables, secrets } = useFieldContext();
  const area = useRef<HTMLTextAreaElement>(null);
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };
  const [focused, setFocused] = useState(false);
  const [cursor, setCursor] = useState(0);
  const [active, setActive] = useState(0);
  const suggestion = focused
    ? suggestVariables(value, cursor, mode, props.secret ? [...secrets, ...variables] : variables)
    : undefined;

  const insert = useRef<InsertTarget>((text) => {
    const element = area.current;
    if (element === null) return;
    const { value: before, onChange: change } = latest.current;
    const inside = mode === 'expression' || /\{\{[^}]*$/.test(before.slice(0, element.selectionStart));
    const piece = inside ? text : `{{ ${text} }}`;
    const start = element.selectionStart;
    change(before.slice(0, start) + piece + before.slice(element.selectionEnd));
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(start + piece.length, start + piece.length);
    });
  }).current;
  useEffect(() => () => clearInsertTarget(insert), [insert]);

  const take = (expression: string) => {
    if (suggestion === undefined) return;
    const closes = mode === 'template' && !/^\s*\}\}/.test(value.slice(cursor)) ? ' }}' : '';
    const next = value.slice(0, suggestion.from) + expression + closes + value.slice(cursor);
    const caret = suggestion.from + expression.length;
    onChange(next);
    requestAnimationFrame(() => {
      area.current?.setSelectionRange(caret, caret);
      setCursor(caret);
    });
  };
  const track = () => setCursor(area.current?.selectionStart ?? 0);
  return (
    <div className="relative">
      <div
        className={classNames(controlClass, 'relative grid overflow-hidden px-0!', props.invalid && 'border-bad/70!')}
        style={{ minHeight: rows * 20 + 12 }}
      >
        <pre
          aria-hidden
          className={classNames(textClass, 'pointer-events-none col-start-1 row-start-1 min-h-[30px] overflow-hidden')}
        >
          <Highlighted text={value} mode={mode} />{' '}
        </pre>
        <textarea
          ref={area}
          id={props.id}
          aria-label={props.label}
          aria-invalid={props.invalid || undefined}
          value={value}
          rows={rows}
          placeholder={props.placeholder}
          spellCheck={false}
          autoComplete="off"
          className={classNames(
            textClass,
            'col-start-1 row-start-1 resize-none overflow-hidden bg-transparent text-transparent caret-strong outline-none placeholder:text-faint',
          )}
          onChange={(event) => {
            onChange(event.target.value);
            setCursor(event.target.selectionStart);
            setActive(0);
          }}
          onSelect={track}
          onFocus={() => {
            setInsertTarget(insert);
            setFocused(true);
            track();
          }}
          onBlur={() => setFocused(false)}
          onKeyDown={(event) => {
            if (suggestion === undefined || suggestion.options.length === 0) {
              if (event.key === 'Enter' && rows === 1 && !event.shiftKey && !event.metaKey && !event.ctrlKey)
                event.preventDefault();
              return;
            }
            const count = suggestion.options.length;
            if (event.key === 'ArrowDown') setActive((active + 1) % count);
            else if (event.key === 'ArrowUp') setActive((active + count - 1) % count);
            else if (event.key === 'Enter' || event.key === 'Tab') take(suggestion.options[active]?.expression ?? '');
            else if (event.key === 'Escape') setFocused(false);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      </div>
      {suggestion !== undefined && suggestion.options.length > 0 && (
        <div
          role="listbox"
          aria-label="Variables"
          className="appear absolute inset-x-0 top-full z-30 mt-1 max-h-52 overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-float"
        >
          {suggestion.options.map((option, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the text control keeps the focus
            <div
              key={option.expression}
              role="option"
              aria-selected={index === active}
              onMouseDown={(event) => {
                event.preventDefault();
                take(option.expression);
              }}
              className={classNames(
                'flex items-baseline gap-2 rounded px-2 py-1 text-xs',
                index === active && 'bg-hover',
              )}
            >
              <code className="font-mono text-strong">{option.expression}</code>
              <span className="ml-auto truncate text-2xs text-faint">{option.note}</span>
            </div>
          ))}
        </div>
      )}
      {focused && <ExpressionPreview value={value} mode={mode} />}
    </div>
  );
}
