import type { BlockManifest } from '../api/types.ts';
import { Tag } from '../components/Tag.tsx';
import { configFields } from '../engine/config-fields.ts';

const effectWords: Readonly<Record<string, string>> = {
  pure: 'Computes only. After a crash it is computed again.',
  idempotent: 'Repeating it changes nothing more, so after a crash it runs again.',
  transactional: 'Its effect is stored in the same commit as its result.',
  external: 'Acts on another system. Its intent is stored first, and it is never repeated blindly.',
};

/** What a block does, from its manifest. */
export function BlockDocs({ block }: { readonly block: BlockManifest | undefined }) {
  if (block === undefined)
    return <p className="p-4 text-sm text-soft">No documentation: this server does not know the block.</p>;
  const ports = [
    ...block.ports.fixed,
    ...(block.ports.fromConfig ? ['one per case'] : []),
    ...(block.ports.also ?? []),
  ];
  return (
    <div className="grid gap-5 p-4">
      <div>
        <code className="font-mono text-xs text-faint">{block.type}</code>
        <p className="mt-1 text-sm text-body">{block.description}</p>
      </div>
      <section className="grid gap-1.5">
        <h3 className="text-xs font-medium text-strong">Ports</h3>
        <div className="flex flex-wrap gap-1">
          {[...new Set(ports)].map((port) => (
            <Tag key={port}>{port}</Tag>
          ))}
        </div>
      </section>
      <section className="grid gap-1">
        <h3 className="text-xs font-medium text-strong">Effect</h3>
        <p className="text-sm text-soft">{effectWords[block.effect.otherwise]}</p>
      </section>
      <section className="grid gap-1">
        <h3 className="text-xs font-medium text-strong">Config</h3>
        <dl className="divide-y divide-line">
          {configFields(block).map((field) => (
            <div key={field.name} className="py-2">
              <dt className="flex items-center gap-2">
                <code className="font-mono text-xs text-strong">{field.name}</code>
                <span className="text-2xs text-faint">
                  {field.kind}
                  {field.required && ' · required'}
                </span>
              </dt>
              {field.description && <dd className="mt-0.5 text-xs text-soft">{field.description}</dd>}
            </div>
          ))}
        </dl>
      </section>
      {block.example && (
        <section className="grid gap-1.5">
          <h3 className="text-xs font-medium text-strong">Example</h3>
          <pre className="overflow-x-auto rounded-md border border-line bg-page p-2.5 font-mono text-2xs leading-4 text-body">
            {JSON.stringify(block.example, null, 2)}
          </pre>
        </section>
      )}
    </div>
  );
}
