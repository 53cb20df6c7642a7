import { useQuery } from '@tanstack/react-query';
import { Braces, Trash2, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { queries } from '../api/queries.ts';
import { BlockIcon } from '../components/BlockIcon.tsx';
import { Button, IconButton } from '../components/Button.tsx';
import { CommandLine } from '../components/CommandLine.tsx';
import { TabBar } from '../components/TabBar.tsx';
import { openGraph } from '../engine/editor-state.ts';
import { variablesFor } from '../engine/variables.ts';
import { ConfigForm } from '../fields/ConfigForm.tsx';
import { FieldContext } from '../fields/field-context.ts';
import { BlockDocs } from './BlockDocs.tsx';
import { useEditor, useEditorState } from './editor-context.ts';
import { NodeSettings } from './NodeSettings.tsx';
import { NodeTitle } from './NodeTitle.tsx';
import { useWebhookLine } from './use-webhook-line.ts';
import { VariablePicker } from './VariablePicker.tsx';

/** The panel of one selected node: its config, settings and docs. */
export function NodeInspector({ id }: { readonly id: string }) {
  const { actions, manifests, problems, run } = useEditor();
  const state = useEditorState();
  const [tab, setTab] = useState('config');
  const [picker, setPicker] = useState(false);
  const file = state.history.present;
  const node = openGraph(state).nodes[id];
  const variables = useMemo(
    () => variablesFor(file, state.path, id, manifests, run),
    [file, state.path, id, manifests, run],
  );
  const names = useQuery(queries.secrets()).data?.items;
  const secrets = useMemo(
    () =>
      (names ?? []).map(({ name }) => ({ expression: `$secrets.${name}`, title: 'Secret', group: 'context' as const })),
    [names],
  );
  const context = useMemo(
    () => ({ node: id, variables, secrets, executionId: run?.id }),
    [id, variables, secrets, run?.id],
  );
  const line = useWebhookLine(file, node);
  if (node === undefined) return null;
  const block = manifests.get(node.type);
  const own = problems.filter((problem) => problem.node === id);
  const loose = own.filter((problem) => !problem.field?.startsWith('config.'));
  const form = (
    <div className="grid gap-4 p-4">
      {line && (
        <div className="grid gap-1.5">
          <p className="text-xs text-soft">Call it after publishing:</p>
          <CommandLine text={line} />
        </div>
      )}
      {loose.map((problem) => (
        <p
          key={problem.path + problem.code}
          role="alert"
          className="rounded-md border border-warn/35 bg-warn/5 px-2.5 py-2 text-xs text-warn"
        >
          {problem.message}
          {problem.suggestion && <span className="text-soft"> {problem.suggestion}</span>}
        </p>
      ))}
      {block ? (
        <ConfigForm
          node={id}
          block={block}
          config={node.config ?? {}}
          problems={own}
          onChange={(field, value) => actions.setConfig(id, field, value)}
        />
      ) : (
        <p className="text-sm text-soft">
          This server has no block <code className="font-mono text-xs">{node.type}</code>. Install the plugin that
          brings it, or edit the node in the JSON view.
        </p>
      )}
    </div>
  );
  return (
    <FieldContext value={context}>
      <aside
        aria-label={`Node ${id}`}
        className="relative flex h-full w-[380px] shrink-0 flex-col border-l border-line bg-panel"
      >
        <header className="flex items-center gap-3 px-4 pt-3 pb-1.5">
          <BlockIcon block={block} />
          <NodeTitle id={id} node={node} blockTitle={block?.title ?? node.type} />
          <span className="flex">
            <IconButton size="sm" label="Delete node" shortcut="Del" onClick={actions.removeSelected}>
              <Trash2 aria-hidden />
            </IconButton>
            <IconButton size="sm" label="Close" shortcut="Esc" onClick={actions.clearSelection}>
              <X aria-hidden />
            </IconButton>
          </span>
        </header>
        <TabBar
          label="Node"
          value={tab}
          onChange={setTab}
          trailing={
            tab === 'config' && (
              <Button
                size="sm"
                tone="quiet"
                aria-pressed={picker}
                className={picker ? 'bg-hover! text-strong!' : ''}
                icon={<Braces className="size-3.5" aria-hidden />}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => setPicker(!picker)}
              >
                Variables
              </Button>
            )
          }
          tabs={[
            {
              id: 'config',
              label: 'Config',
              panel: form,
              mark: own.length > 0 && (
                <span className="size-1.5 rounded-full bg-warn" title={`${own.length} problems`} />
              ),
            },
            { id: 'settings', label: 'Settings', panel: <NodeSettings id={id} node={node} /> },
            { id: 'docs', label: 'Docs', panel: <BlockDocs block={block} /> },
          ]}
        />
        {picker && tab === 'config' && (
          <VariablePicker variables={variables} hasRun={run !== undefined} onClose={() => setPicker(false)} />
        )}
      </aside>
    </FieldContext>
  );
}
