import { useEffect, useRef } from 'react';
import { useTheme } from '../hooks/use-theme.ts';
import type { CodeEditorProps } from './CodeEditor.tsx';
import { applyTheme, json, monaco, typescript } from './monaco.ts';

let models = 0;

/** Monaco bound to a value. The value is pushed in only when it differs, so the cursor stays where it is. */
export function MonacoEditor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const theme = useTheme();

  useEffect(() => {
    if (host.current === null) return;
    const { value, language, label, readOnly, lineNumbers } = latest.current;
    applyTheme(document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark');
    models += 1;
    const extension = language === 'typescript' ? 'ts' : language === 'javascript' ? 'js' : language;
    const model = monaco.editor.createModel(
      value,
      language,
      monaco.Uri.parse(`inmemory://studio/${models}.${extension}`),
    );
    const created = monaco.editor.create(host.current, {
      model,
      theme: 'conv3n',
      ariaLabel: label,
      readOnly: readOnly ?? false,
      lineNumbers: lineNumbers === false ? 'off' : 'on',
      lineNumbersMinChars: 3,
      lineDecorationsWidth: lineNumbers === false ? 8 : 12,
      glyphMargin: false,
      folding: lineNumbers !== false,
      minimap: { enabled: false },
      fontFamily: "'JetBrains Mono', monospace",
      fontLigatures: false,
      fontSize: 12.5,
      lineHeight: 20,
      tabSize: 2,
      padding: { top: 10, bottom: 10 },
      scrollBeyondLastLine: false,
      automaticLayout: true,
      overviewRulerLanes: 0,
      hideCursorInOverviewRuler: true,
      scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8, alwaysConsumeMouseWheel: false },
      renderLineHighlight: readOnly ? 'none' : 'line',
      fixedOverflowWidgets: true,
      wordWrap: language === 'sql' ? 'on' : 'off',
    });
    editor.current = created;
    const typed = created.onDidChangeModelContent(() => {
      const text = model.getValue();
      if (text !== latest.current.value) latest.current.onChange?.(text);
    });
    return () => {
      typed.dispose();
      created.dispose();
      model.dispose();
      editor.current = null;
    };
  }, []);

  useEffect(() => applyTheme(theme), [theme]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (model && model.getValue() !== props.value) {
      model.pushEditOperations([], [{ range: model.getFullModelRange(), text: props.value }], () => null);
    }
  }, [props.value]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (!model) return;
    const markers = (props.markers ?? []).map((marker) => {
      const from = model.getPositionAt(marker.from);
      const to = model.getPositionAt(Math.max(marker.to, marker.from + 1));
      return {
        severity: monaco.MarkerSeverity.Error,
        message: marker.message,
        startLineNumber: from.lineNumber,
        startColumn: from.column,
        endLineNumber: to.lineNumber,
        endColumn: to.column,
      };
    });
    monaco.editor.setModelMarkers(model, 'studio', markers);
  }, [props.markers]);

  useEffect(() => {
    const uri = editor.current?.getModel()?.uri.toString();
    if (props.schema === undefined || uri === undefined) return;
    json.jsonDefaults.setDiagnosticsOptions({
      validate: true,
      schemas: [{ uri: props.schema.uri, fileMatch: [uri], schema: props.schema.schema as never }],
    });
  }, [props.schema]);

  useEffect(() => {
    const text = props.declarations;
    if (text === undefined) return;
    typescript.typescriptDefaults.setCompilerOptions({
      target: typescript.ScriptTarget.ES2020,
      module: typescript.ModuleKind.ESNext,
      allowNonTsExtensions: true,
      strict: false,
    });
    const library = typescript.typescriptDefaults.addExtraLib(text, 'inmemory://studio/context.d.ts');
    const scriptLibrary = typescript.javascriptDefaults.addExtraLib(text, 'inmemory://studio/context.d.ts');
    return () => {
      library.dispose();
      scriptLibrary.dispose();
    };
  }, [props.declarations]);

  return <div ref={host} className={props.className} />;
}
