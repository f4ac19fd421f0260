/** Any UTF-8 text but the empty one is a label name; U+FFFD stands where a query held bytes that are not UTF-8. */
export function isValidLabelName(name: string): boolean {
  return name !== '' && !name.includes('\ufffd') && name.isWellFormed();
}
