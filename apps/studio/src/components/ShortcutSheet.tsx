import { Kbd } from './Kbd.tsx';
import { Modal } from './Modal.tsx';

const groups: readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Workflow',
    rows: [
      ['Add a block', 'Mod+K'],
      ['Save', 'Mod+S'],
      ['Run', 'Mod+Enter'],
      ['JSON view', 'J'],
      ['This sheet', '?'],
    ],
  },
  {
    title: 'Edit',
    rows: [
      ['Undo', 'Mod+Z'],
      ['Redo', 'Mod+Shift+Z'],
      ['Copy', 'Mod+C'],
      ['Paste', 'Mod+V'],
      ['Duplicate', 'Mod+D'],
      ['Delete', 'Del'],
    ],
  },
  {
    title: 'Canvas',
    rows: [
      ['Select all', 'Mod+A'],
      ['Auto layout', 'L'],
      ['Fit to view', 'F'],
      ['Zoom in', '+'],
      ['Zoom out', '-'],
      ['Nudge', '← ↑ ↓ →'],
      ['Open a loop', 'Enter'],
      ['Close what is open', 'Esc'],
    ],
  },
];

/** All keyboard shortcuts. */
export function ShortcutSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal open={open} onClose={onClose} title="Shortcuts" shape="md">
      <div className="gap-x-10 sm:columns-2">
        {groups.map((group) => (
          <section key={group.title} className="mb-6 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-soft">{group.title}</h3>
            <dl className="divide-y divide-line">
              {group.rows.map(([word, keys]) => (
                <div key={word} className="flex h-9 items-center justify-between gap-4">
                  <dt className="text-sm text-body">{word}</dt>
                  <dd>
                    <Kbd keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
