/** Streams, lines and metadata pairs of one push request; an empty line costs two bytes on the wire, more in memory. */
export const PUSH_ITEMS_MAX = 500_000;

/** Refused streams named in the answer to one push. */
export const PUSH_REFUSALS_NAMED_MAX = 5;
