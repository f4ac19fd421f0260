/**
 * The page with what its first script reads written into its head, and that script before all others. JSON in an element that
 * is no script runs nowhere, whatever the policy on scripts is.
 */
export function openedPage(html: string, begin: string | undefined, opened: unknown): string {
  // `</script` ends the element wherever it stands, and `<!--` changes what ends it.
  const json = JSON.stringify(opened).replaceAll('<', '\\u003c');
  const head = [
    `<script type="application/json" id="opened">${json}</script>`,
    ...(begin === undefined
      ? []
      : [`<script type="module" async crossorigin fetchpriority="high" src="${begin}"></script>`]),
  ];
  return html.replace('</title>', (end) => `${end}\n    ${head.join('\n    ')}`);
}
