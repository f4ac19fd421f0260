/** The bell of `public/icon.svg`; within the page it costs no request and no document of its own. */
export function BrandMark() {
  return (
    <svg width={22} height={22} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#1f2a44" />
      <path d="M16 6a7 7 0 0 0-7 7v5l-2 4h18l-2-4v-5a7 7 0 0 0-7-7z" fill="#ffb000" />
      <circle cx="16" cy="25" r="2.4" fill="#ffb000" />
    </svg>
  );
}
