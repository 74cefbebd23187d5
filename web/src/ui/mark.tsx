/** The mark: heat rising, as on an oven's preheat lamp. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#d9480f" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
        <path d="M9.5 22.500c-2.6-2.4 2.6-4.8 0-7.200s2.6-4.3 0-6.6" opacity="0.75" />
        <path d="M16 25c-3.2-3.1 3.2-6 0-9s3.2-6 0-9" />
        <path d="M22.5 22.500c-2.6-2.4 2.6-4.8 0-7.200s2.6-4.3 0-6.6" opacity="0.75" />
      </g>
    </svg>
  );
}
