import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  readonly footer?: ReactNode;
  /** `drawer` slides in at the right edge. */
  readonly shape?: 'sm' | 'md' | 'lg' | 'drawer';
}

const shapes = {
  sm: 'w-[420px]',
  md: 'w-[560px]',
  lg: 'w-[860px]',
  drawer: 'w-[420px]',
} as const;

/** A dialog that holds the focus until it closes. */
export function Modal({ open, onClose, title, description, children, footer, shape = 'sm' }: ModalProps) {
  const drawer = shape === 'drawer';
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/55 light:bg-slate-900/25" />
        <Dialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={classNames(
            'appear fixed z-40 flex max-w-[calc(100vw-32px)] flex-col border-line-strong bg-panel shadow-float focus:outline-none',
            shapes[shape],
            drawer
              ? 'inset-y-0 right-0 border-l'
              : 'inset-x-0 top-[max(24px,calc(50vh-320px))] mx-auto max-h-[min(720px,calc(100vh-48px))] rounded-xl border',
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-lg font-semibold text-strong">{title}</Dialog.Title>
              {description && (
                <Dialog.Description className="mt-0.5 text-sm text-soft">{description}</Dialog.Description>
              )}
            </div>
            <Dialog.Close
              aria-label="Close"
              className="-mr-1.5 grid size-7 place-items-center rounded-md text-soft hover:bg-hover hover:text-strong"
            >
              <X className="size-4" aria-hidden />
            </Dialog.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
          {footer && (
            <footer className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
