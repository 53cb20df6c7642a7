const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Keys of a shortcut, written like `Mod+Shift+Z`; `Mod` is Command on a Mac and Ctrl elsewhere. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      {(keys === '+' ? [keys] : keys.split('+')).map((key) => (
        <kbd
          key={key}
          className="inline-grid h-[18px] min-w-[18px] place-items-center rounded border border-line-strong bg-hover px-1 font-sans text-2xs text-soft"
        >
          {key === 'Mod' ? (mac ? '⌘' : 'Ctrl') : key === 'Shift' && mac ? '⇧' : key}
        </kbd>
      ))}
    </span>
  );
}
