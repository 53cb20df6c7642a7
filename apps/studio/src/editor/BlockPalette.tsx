import { useState } from 'react';
import type { BlockManifest } from '../api/types.ts';
import { BlockIcon, categoryNames } from '../components/BlockIcon.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { useEditor } from './editor-context.ts';
import { searchBlocks } from './search-blocks.ts';

/** Data type of a block dragged from the palette; its data is the block's type. */
export const blockDragType = 'application/x-conv3n-block';

/** Blocks by category: click to add next to the selection, or drag onto the canvas. */
export function BlockPalette() {
  const { actions, manifests } = useEditor();
  const [query, setQuery] = useState('');
  const found = searchBlocks([...manifests.values()], query);
  const groups = Object.entries(categoryNames)
    .map(([category, title]) => ({ title, blocks: found.filter((block) => block.category === category) }))
    .filter((group) => group.blocks.length > 0);
  const item = (block: BlockManifest) => (
    <li key={block.type}>
      <button
        type="button"
        draggable
        title={block.description}
        onDragStart={(event) => {
          event.dataTransfer.setData(blockDragType, block.type);
          event.dataTransfer.effectAllowed = 'copy';
        }}
        onClick={() => actions.addBlock(block)}
        className="flex h-9 w-full cursor-grab items-center gap-2.5 rounded-md px-2 text-left text-sm text-body transition-colors hover:bg-hover hover:text-strong active:cursor-grabbing"
      >
        <BlockIcon block={block} size="sm" />
        <span className="truncate">{block.title}</span>
      </button>
    </li>
  );
  return (
    <aside aria-label="Blocks" className="flex h-full w-[212px] shrink-0 flex-col border-r border-line bg-panel">
      <div className="p-2.5 pb-1.5">
        <SearchInput
          label="Search blocks"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const [first] = found;
            if (event.key === 'Enter' && first) actions.addBlock(first);
            if (event.key === 'Escape') setQuery('');
          }}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2.5 pb-4">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="px-2 pt-3 pb-1 text-2xs font-medium text-faint">{group.title}</h3>
            <ul>{group.blocks.map(item)}</ul>
          </section>
        ))}
        {groups.length === 0 && <p className="px-2 py-6 text-center text-xs text-faint">No block matches.</p>}
      </div>
    </aside>
  );
}
