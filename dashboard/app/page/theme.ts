import { Badge, createTheme } from '@mantine/core';

const family =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif';

/** Fonts of the machine, small sizes, quiet corners: the data is what should be seen. */
export const theme = createTheme({
  primaryColor: 'indigo',
  // White text on it must be readable.
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'sm',
  fontFamily: family,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  headings: { fontFamily: family, fontWeight: '600' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Badge: Badge.extend({ defaultProps: { radius: 'sm', size: 'sm', tt: 'none', fw: 600 } }),
  },
});
