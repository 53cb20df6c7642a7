import { CopyButton } from './CopyButton.tsx';

/** A command to copy. */
export function CommandLine({ text }: { readonly text: string }) {
  return (
    <div className="flex items-center gap-2 rounded-md border border-line bg-page py-1 pr-1 pl-2.5">
      <code className="min-w-0 flex-1 truncate font-mono text-xs text-body" title={text}>
        {text}
      </code>
      <CopyButton text={text} label="Copy the command" />
    </div>
  );
}
