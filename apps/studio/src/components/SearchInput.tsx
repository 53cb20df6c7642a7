import { Search } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { TextInput } from './Field.tsx';

/** A search box. */
export function SearchInput({ className, label, ...rest }: ComponentProps<'input'> & { readonly label: string }) {
  return (
    <div className={classNames('relative', className)}>
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint"
        aria-hidden
      />
      <TextInput
        type="search"
        aria-label={label}
        placeholder={label}
        className="pl-8 [&::-webkit-search-cancel-button]:hidden"
        {...rest}
      />
    </div>
  );
}
