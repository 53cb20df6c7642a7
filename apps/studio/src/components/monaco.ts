import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/typescript/register';
import 'monaco-editor/languages/definitions/sql/register';
import 'monaco-editor/languages/definitions/markdown/register';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import JsonWorker from 'monaco-editor/languages/features/json/json.worker?worker';
import * as json from 'monaco-editor/languages/features/json/register';
import * as typescript from 'monaco-editor/languages/features/typescript/register';
import TypeScriptWorker from 'monaco-editor/languages/features/typescript/ts.worker?worker';

self.MonacoEnvironment = {
  getWorker(_id, label) {
    if (label === 'json') return new JsonWorker();
    if (label === 'typescript' || label === 'javascript') return new TypeScriptWorker();
    return new EditorWorker();
  },
};

/** Defines the two themes from the page's own colours, so code and canvas match. */
export function applyTheme(theme: 'dark' | 'light'): void {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const bare = (name: string): string => color(name).replace('#', '');
  monaco.editor.defineTheme('conv3n', {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: 'string', foreground: bare('--ok') },
      { token: 'string.key.json', foreground: bare('--strong') },
      { token: 'string.value.json', foreground: bare('--ok') },
      { token: 'number', foreground: bare('--run') },
      { token: 'keyword', foreground: bare('--accent') },
      { token: 'comment', foreground: bare('--faint') },
      { token: 'type', foreground: bare('--tint-data') },
    ],
    colors: {
      'editor.background': color('--page'),
      'editor.foreground': color('--body'),
      'editorLineNumber.foreground': color('--line-strong'),
      'editorLineNumber.activeForeground': color('--soft'),
      'editorGutter.background': color('--page'),
      'editor.lineHighlightBackground': color('--panel'),
      'editor.lineHighlightBorder': '#00000000',
      'editorWidget.background': color('--raised'),
      'editorWidget.border': color('--line-strong'),
      'editorSuggestWidget.selectedBackground': color('--hover'),
      'editorIndentGuide.background1': color('--line'),
      'scrollbarSlider.background': `${color('--line-strong')}88`,
      focusBorder: '#00000000',
    },
  });
  monaco.editor.setTheme('conv3n');
}

export { json, monaco, typescript };
