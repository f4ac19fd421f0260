/** Any UTF-8 text but the empty one is a label name; a lone surrogate stands for a byte that is not UTF-8. */
export function isValidLabelName(name: string): boolean {
  return name !== '' && name.isWellFormed();
}
