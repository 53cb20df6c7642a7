import type { BlockManifest } from '../api/types.ts';

/** Blocks whose title, type or description holds every word; titles that start with the query first. */
export function searchBlocks(blocks: readonly BlockManifest[], query: string): readonly BlockManifest[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (block: BlockManifest) =>
    `${block.title} ${block.type} ${block.category} ${block.description}`.toLowerCase();
  const rank = (block: BlockManifest) => {
    const title = block.title.toLowerCase();
    return title.startsWith(words[0] ?? '') ? 0 : title.includes(words[0] ?? '') ? 1 : 2;
  };
  const found = blocks.filter((block) => words.every((word) => text(block).includes(word)));
  return words.length === 0 ? found : found.toSorted((a, b) => rank(a) - rank(b));
}
