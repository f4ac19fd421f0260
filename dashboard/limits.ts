/** Largest request body passed on; the longest are form-encoded queries. */
export const forwardBodyBytesMax = 2 * 2 ** 20;
/** To the first byte of an answer: the aggregator's own longest query timeout and a little. */
export const forwardTimeoutMs = 130_000;
/** Requests being passed on at once; more are answered 503 and counted. */
export const forwardsAtOnceMax = 256;
/** Longest path and query passed on. */
export const forwardUrlLengthMax = 64 * 2 ** 10;
