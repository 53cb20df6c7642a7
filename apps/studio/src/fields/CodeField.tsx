import { Maximize2 } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../components/Button.tsx';
import { CodeEditor } from '../components/CodeEditor.tsx';
import { Modal } from '../components/Modal.tsx';
import { codeDeclarations, codeStarter } from '../engine/code-starter.ts';
import { asText, type FieldProps } from './field-props.ts';

/** Code or SQL in the code editor, with a bigger view on demand. */
export function CodeField({ field, value, onChange }: FieldProps) {
  const [large, setLarge] = useState(false);
  const language = field.annotation.language ?? (field.annotation.widget === 'sql' ? 'sql' : 'typescript');
  const isScript = language === 'typescript' || language === 'javascript';
  const text = value === undefined && isScript && field.required ? codeStarter : asText(value);
  const editor = (className: string) => (
    <CodeEditor
      label={field.title}
      language={language}
      lineNumbers={large || isScript}
      value={text}
      className={className}
      onChange={onChange}
      declarations={isScript ? codeDeclarations : undefined}
    />
  );
  return (
    <div className="relative overflow-hidden rounded-md border border-line-strong focus-within:border-accent">
      {editor(isScript ? 'h-64' : 'h-36')}
      <IconButton
        size="sm"
        label="Larger"
        className="absolute! top-1.5 right-2.5 bg-panel"
        onClick={() => setLarge(true)}
      >
        <Maximize2 aria-hidden />
      </IconButton>
      <Modal open={large} onClose={() => setLarge(false)} title={field.title} shape="lg">
        <div className="overflow-hidden rounded-md border border-line-strong">{large && editor('h-[560px]')}</div>
      </Modal>
    </div>
  );
}
