/** The mark: three paths that come together. */
export function Logo({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="CONV3N">
      <g fill="none" stroke="var(--accent)" strokeWidth="2.6" strokeLinecap="round">
        <path d="M7 7.5c7 0 6 8.500 13 8.500" />
        <path d="M7 16h13" />
        <path d="M7 24.500c7 0 6-8.500 13-8.500" />
      </g>
      <g fill="var(--accent)">
        <circle cx="6.500" cy="7.500" r="3" />
        <circle cx="6.500" cy="16" r="3" />
        <circle cx="6.500" cy="24.500" r="3" />
      </g>
      <circle cx="24" cy="16" r="4.600" fill="var(--strong)" />
    </svg>
  );
}
