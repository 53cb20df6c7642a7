import { Link } from '@tanstack/react-router';
import {
  Braces,
  ChevronDown,
  Download,
  History,
  PanelLeft,
  Play,
  Redo2,
  Rocket,
  Save,
  Settings2,
  Undo2,
  Upload,
  Workflow,
} from 'lucide-react';
import { Button, IconButton } from '../components/Button.tsx';
import { classNames } from '../components/class-names.ts';
import { Menu } from '../components/Menu.tsx';
import { Tag } from '../components/Tag.tsx';
import { isUnsaved } from '../engine/editor-state.ts';
import { useEditor, useEditorState } from './editor-context.ts';
import { ProblemsMenu } from './ProblemsMenu.tsx';

interface EditorToolbarProps {
  readonly version: number;
  readonly publishedVersion: number | null;
  readonly view: 'canvas' | 'json';
  readonly palette: boolean;
  readonly saving: boolean;
  readonly running: boolean;
  readonly onView: (view: 'canvas' | 'json') => void;
  readonly onPalette: () => void;
  readonly onSave: () => void;
  readonly onRun: () => void;
  readonly onPublish: () => void;
  readonly onUnpublish: () => void;
  readonly onVersions: () => void;
  readonly onSettings: () => void;
  readonly onExport: () => void;
  readonly onImport: () => void;
}

function PublishedTag({ version, published }: { readonly version: number; readonly published: number | null }) {
  if (published === null) return <Tag>Draft</Tag>;
  return published === version ? <Tag tone="ok">Published</Tag> : <Tag tone="warn">v{published} published</Tag>;
}

function ViewSwitch({
  view,
  onView,
}: {
  readonly view: 'canvas' | 'json';
  readonly onView: (view: 'canvas' | 'json') => void;
}) {
  const item = (id: 'canvas' | 'json', word: string, icon: React.ReactNode) => (
    <button
      type="button"
      role="tab"
      aria-selected={view === id}
      onClick={() => onView(id)}
      className={classNames(
        'flex h-6 items-center gap-1.5 rounded px-2 text-xs font-medium transition-colors [&_svg]:size-3.5',
        view === id ? 'bg-hover text-strong' : 'text-soft hover:text-strong',
      )}
    >
      {icon}
      {word}
    </button>
  );
  return (
    <div role="tablist" aria-label="View" className="flex rounded-md border border-line p-[3px]">
      {item('canvas', 'Canvas', <Workflow aria-hidden />)}
      {item('json', 'JSON', <Braces aria-hidden />)}
    </div>
  );
}

/** The bar above the canvas: name, state, views, history, publish, save, run. */
export function EditorToolbar(props: EditorToolbarProps) {
  const { actions } = useEditor();
  const state = useEditorState();
  const unsaved = isUnsaved(state);
  const file = state.history.present;
  const behind = props.publishedVersion !== props.version;
  return (
    <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line bg-panel px-2.5">
      <IconButton
        label={props.palette ? 'Hide blocks' : 'Show blocks'}
        active={props.palette}
        disabled={props.view === 'json'}
        onClick={props.onPalette}
      >
        <PanelLeft aria-hidden />
      </IconButton>
      <div className="flex min-w-0 flex-1 items-center gap-2">
        <Link to="/workflows" className="hidden text-sm text-soft hover:text-strong xl:block">
          Workflows
        </Link>
        <span className="hidden text-faint xl:block">/</span>
        <input
          aria-label="Workflow name"
          value={file.name}
          size={Math.min(Math.max(file.name.length, 6), 34)}
          className="field-sizing-content max-w-64 min-w-12 truncate rounded bg-transparent px-1 text-sm font-semibold text-strong outline-none hover:bg-hover focus:bg-page"
          onChange={(event) => actions.setFile({ name: event.target.value }, 'name')}
        />
        {props.version > 0 && <span className="text-xs text-faint tabular-nums">v{props.version}</span>}
        <PublishedTag version={props.version} published={props.publishedVersion} />
        <span role="status" className="flex items-center gap-1.5 text-xs whitespace-nowrap text-soft">
          {unsaved && (
            <>
              <span className="size-1.5 rounded-full bg-warn" aria-hidden />
              <span className="max-lg:sr-only">Unsaved</span>
            </>
          )}
        </span>
      </div>
      <ProblemsMenu />
      <ViewSwitch view={props.view} onView={props.onView} />
      <span className="mx-0.5 h-5 w-px bg-line" />
      <IconButton label="Undo" shortcut="Mod+Z" disabled={state.history.past.length === 0} onClick={actions.undo}>
        <Undo2 aria-hidden />
      </IconButton>
      <IconButton
        label="Redo"
        shortcut="Mod+Shift+Z"
        disabled={state.history.future.length === 0}
        onClick={actions.redo}
      >
        <Redo2 aria-hidden />
      </IconButton>
      <IconButton label="Workflow settings" onClick={props.onSettings}>
        <Settings2 aria-hidden />
      </IconButton>
      <IconButton label="Versions" disabled={props.version === 0} onClick={props.onVersions}>
        <History aria-hidden />
      </IconButton>
      <span className="mx-0.5 h-5 w-px bg-line" />
      <Menu
        trigger={
          <Button>
            Publish
            <ChevronDown className="size-3.5 text-soft" aria-hidden />
          </Button>
        }
        entries={[
          {
            label: unsaved ? 'Save and publish' : `Publish version ${Math.max(props.version, 1)}`,
            icon: <Rocket aria-hidden />,
            disabled: !unsaved && !behind,
            onSelect: props.onPublish,
          },
          {
            label: 'Unpublish',
            icon: <Undo2 aria-hidden />,
            disabled: props.publishedVersion === null,
            onSelect: props.onUnpublish,
          },
          'line',
          { label: 'Export JSON', icon: <Download aria-hidden />, onSelect: props.onExport },
          { label: 'Import JSON', icon: <Upload aria-hidden />, onSelect: props.onImport },
        ]}
      />
      <Button
        icon={<Save className="size-3.5" aria-hidden />}
        busy={props.saving}
        disabled={!unsaved}
        onClick={props.onSave}
      >
        Save
      </Button>
      <Button
        tone="primary"
        icon={<Play className="size-3.5" aria-hidden />}
        busy={props.running}
        disabled={Object.keys(file.nodes).length === 0}
        onClick={props.onRun}
      >
        Run
      </Button>
    </header>
  );
}
