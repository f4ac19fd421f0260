// What became of a sample. Numbers, because there is one for each sample.
export const ACCEPTED = 0;
/** The same sample again: ignored. */
export const REPEATED = 1;
/** Another value at a timestamp that has one: the first stays. */
export const CONFLICTING = 2;
