type BellProps = { size?: number; className?: string | undefined };

/** The reception bell: Frontdesk's sign. */
export function Bell({ size = 28, className }: BellProps) {
  return (
    <svg className={className} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M16 9.5c-6 0-10.5 4.6-11 10.7a.8.8 0 0 0 .8.8h20.4a.8.8 0 0 0 .8-.8C26.5 14.1 22 9.5 16 9.5Z"
        fill="currentColor"
      />
      <rect x="3.5" y="23" width="25" height="3.4" rx="1.7" fill="#d3a748" />
      <circle cx="16" cy="6.4" r="2.1" fill="#d3a748" />
    </svg>
  );
}
