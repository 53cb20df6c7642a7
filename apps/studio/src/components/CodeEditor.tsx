import { lazy, Suspense } from 'react';

/** What the code editor shows. */
export interface CodeEditorProps {
  readonly value: string;
  readonly language: string;
  readonly onChange?: ((value: string) => void) | undefined;
  readonly label: string;
  readonly readOnly?: boolean;
  readonly lineNumbers?: boolean;
  /** Problems as offsets into the text. */
  readonly markers?: readonly { readonly from: number; readonly to: number; readonly message: string }[];
  /** Schema for JSON completion; `uri` names it. */
  readonly schema?: { readonly uri: string; readonly schema: unknown } | undefined;
  /** Declarations known to TypeScript, such as `ctx`. */
  readonly declarations?: string | undefined;
  readonly className?: string;
}

const MonacoEditor = lazy(() => import('./MonacoEditor.tsx').then((module) => ({ default: module.MonacoEditor })));

/** The code editor, loaded when first shown; a still frame of the same size stands in until then. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense
      fallback={
        <div className={props.className}>
          <div className="skeleton h-full w-full opacity-50" />
        </div>
      }
    >
      <MonacoEditor {...props} />
    </Suspense>
  );
}
