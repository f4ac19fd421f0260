/** The low three bits of a tag (protobuf.dev/programming-guides/encoding, "Message Structure"). */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED32 = 5;
/** Groups: deprecated before any protocol spoken here was designed; refused. */
export const GROUP_START = 3;
export const GROUP_END = 4;
