/** Arrays and maps inside each other in one attribute or body. Protobuf's own readers stop at 100. */
export const ANY_VALUE_DEPTH_MAX = 32;

/**
 * Objects one request may decode to (records, points, attributes, array elements, bucket bounds): an empty one costs two bytes
 * on the wire and a hundred in memory, so the size of the body does not bound it.
 */
export const REQUEST_ITEMS_MAX = 500_000;

/** Distinct reasons named in one partial success; the count beside them is always whole. */
export const REFUSAL_REASONS_MAX = 10;

/** Buckets of one exponential histogram, positive and negative each, with the empty ones between. */
export const EXPONENTIAL_BUCKETS_MAX = 10_000;
