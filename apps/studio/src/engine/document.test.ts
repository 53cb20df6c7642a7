import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyNodes, pasteFragment } from './clipboard.ts';
import { editGraph, openFile, openGraph, openPath, travel } from './editor-state.ts';
import { addNode, edgeKeys, moveTo, remove } from './graph-edit.ts';
import { allNodes, graphAt, replaceGraph, takenIds } from './graph-path.ts';
import { placeNodes } from './placement.ts';
import { renameNode } from './rename.ts';
import { arbitraryWorkflow } from './testing/arbitrary-workflow.ts';
import { parseWorkflow, workflowText } from './workflow-text.ts';

describe('the document', () => {
  it('reads and writes any file without loss, key order included', () => {
    fc.assert(
      fc.property(arbitraryWorkflow, (file) => {
        const text = workflowText(file);
        const parsed = parseWorkflow(text);
        expect(parsed.ok).toBe(true);
        if (parsed.ok) expect(workflowText(parsed.file)).toBe(text);
      }),
    );
  });

  it('passes through the editor unchanged when every graph is opened and put back', () => {
    fc.assert(
      fc.property(arbitraryWorkflow, (file) => {
        const before = JSON.stringify(file);
        let state = openFile(file);
        const paths = new Set([...allNodes(file)].map(([, , path]) => path.join('/')));
        for (const path of paths) {
          state = openPath(state, path === '' ? [] : path.split('/'));
          state = editGraph(state, { ...openGraph(state) });
        }
        expect(JSON.stringify(state.history.present)).toBe(before);
      }),
    );
  });

  it('gives back every earlier file by undo and every later one by redo', () => {
    const step = fc.record({ kind: fc.constantFrom('add', 'move', 'remove', 'rename'), pick: fc.nat() });
    fc.assert(
      fc.property(arbitraryWorkflow, fc.array(step, { minLength: 1, maxLength: 8 }), (file, steps) => {
        let state = openFile(file);
        const seen = [file];
        for (const { kind, pick } of steps) {
          const graph = openGraph(state);
          const ids = Object.keys(graph.nodes);
          const id = ids[pick % Math.max(ids.length, 1)];
          if (kind === 'add')
            state = editGraph(state, addNode(graph, `added_${pick}_${seen.length}`, { type: 'std/transform' }));
          else if (id === undefined) continue;
          else if (kind === 'move')
            state = editGraph(state, moveTo(graph, new Map([[id, { x: pick, y: seen.length }]])));
          else if (kind === 'remove') state = editGraph(state, remove(graph, new Set([id]), new Set()));
          else state = editGraph(state, renameNode(state.history.present, id, `renamed_${pick}_${seen.length}`));
          seen.push(state.history.present);
        }
        for (const expected of seen.slice(0, -1).reverse()) {
          state = travel(state, 'undo');
          expect(state.history.present).toEqual(expected);
        }
        for (const expected of seen.slice(1)) {
          state = travel(state, 'redo');
          expect(state.history.present).toEqual(expected);
        }
      }),
    );
  });

  it('replaces a graph deep inside loops and touches nothing beside it', () => {
    fc.assert(
      fc.property(arbitraryWorkflow, (file) => {
        for (const [, , path] of allNodes(file)) {
          const graph = graphAt(file, path);
          expect(graph).toBeDefined();
          const next = replaceGraph(file, path, { nodes: {}, edges: [] });
          expect(graphAt(next, path)).toMatchObject({ nodes: {}, edges: [] });
          expect(JSON.stringify(replaceGraph(next, path, graph ?? { nodes: {}, edges: [] }))).toBe(
            JSON.stringify(file),
          );
        }
      }),
    );
  });

  it('pastes under free ids only, with the edges between the copies', () => {
    fc.assert(
      fc.property(arbitraryWorkflow, (file) => {
        const places = placeNodes(file, () => 60);
        const fragment = copyNodes(file, new Set(Object.keys(file.nodes)), places);
        const { graph, ids } = pasteFragment(file, fragment, takenIds(file), { x: 40, y: 40 });
        const all = [...allNodes(graph)].map(([id]) => id);
        expect(new Set(all).size).toBe(all.length);
        expect(ids.length).toBe(Object.keys(file.nodes).length);
        expect(graph.edges.length).toBe(file.edges.length * 2);
        expect(new Set(edgeKeys(graph)).size).toBe(graph.edges.length);
      }),
    );
  });

  it('renames a node in its key, its edges and the expressions that read it', () => {
    const file = {
      schema: 'conv3n.workflow/v1' as const,
      name: 'Any',
      nodes: {
        total: { type: 'std/transform', config: { set: { n: '{{ $node.total_2.data }}' } } },
        loop: {
          type: 'std/loop',
          config: {
            items: '$node.total.data',
            body: {
              nodes: {
                inner: { type: 'std/transform', config: { a: '{{ $node["total"].data + $node?.total.data }}' } },
              },
              edges: [],
            },
          },
        },
      },
      edges: [{ source: 'total', target: 'loop' }],
    };
    expect(renameNode(file, 'total', 'sum')).toEqual({
      ...file,
      nodes: {
        sum: { type: 'std/transform', config: { set: { n: '{{ $node.total_2.data }}' } } },
        loop: {
          type: 'std/loop',
          config: {
            items: '$node.sum.data',
            body: {
              nodes: { inner: { type: 'std/transform', config: { a: '{{ $node["sum"].data + $node?.sum.data }}' } } },
              edges: [],
            },
          },
        },
      },
      edges: [{ source: 'sum', target: 'loop' }],
    });
  });

  it('says where text stops being a workflow', () => {
    expect(parseWorkflow('{"name": }')).toMatchObject({ ok: false });
    expect(parseWorkflow('[]')).toMatchObject({ ok: false, message: 'A workflow is a JSON object.' });
    expect(parseWorkflow('{"nodes": {"a": {}}, "edges": []}')).toMatchObject({
      ok: false,
      message: 'nodes.a must be an object with a type.',
    });
    expect(parseWorkflow('{"nodes": {}, "edges": [{"source": "a"}]}')).toMatchObject({
      ok: false,
      message: 'edges[0] must have a source and a target.',
    });
  });
});
