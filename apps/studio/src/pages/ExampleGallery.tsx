import type { Example } from '../api/types.ts';
import { GraphThumbnail } from './GraphThumbnail.tsx';

/** Examples as small pictures of their graphs. */
export function ExampleGallery(props: {
  readonly examples: readonly Example[];
  readonly busy: boolean;
  readonly onChoose: (example: Example) => void;
}) {
  if (props.examples.length === 0)
    return <p className="text-center text-xs text-faint">This server has no examples.</p>;
  return (
    <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {props.examples.map((example) => (
        <li key={example.file}>
          <button
            type="button"
            disabled={props.busy}
            onClick={() => props.onChoose(example)}
            className="flex h-full w-full flex-col rounded-lg border border-line bg-raised p-3 text-left transition-colors hover:border-accent/60 disabled:opacity-60"
          >
            <GraphThumbnail graph={example.workflow} />
            <span className="mt-3 text-sm font-medium text-strong">{example.name}</span>
            <span className="mt-0.5 line-clamp-2 text-xs text-soft">{example.description}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
