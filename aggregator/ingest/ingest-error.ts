import { DecodeError } from '@tocsin/protocol/protobuf/decode-error.ts';
import { BodyTooLarge } from '@tocsin/runtime/http/read-body.ts';
import { JournalOverloadError } from '../journal/journal-error.ts';
import { OverloadError } from '../shard/shard-owner.ts';

// Opening the store or working off what waits takes a second or two.
const RETRY_AFTER_S = 1;
const RETRY_AFTER_DISK_S = 5;

/** Why a request was not taken, as an HTTP answer. */
export class IngestError extends Error {
  override readonly name = 'IngestError';
  readonly status: number;
  /** Of a 503: when the sender should try again, in seconds. */
  readonly retryAfterS: number;

  constructor(status: number, message: string, retryAfterS = RETRY_AFTER_S) {
    super(message);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

// What a file system says when it cannot write now but may later.
const DISK_TROUBLE = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** The answer to whatever went wrong; null when it is a fault of ours. A 503 may be sent again, a 4xx must not be. */
export function toIngestError(error: unknown): IngestError | null {
  if (error instanceof IngestError) return error;
  if (error instanceof DecodeError) return new IngestError(400, error.message);
  if (error instanceof BodyTooLarge) return new IngestError(413, error.message);
  if (error instanceof OverloadError || error instanceof JournalOverloadError)
    return new IngestError(503, error.message);
  const code = diskTroubleOf(error);
  if (code !== null)
    return new IngestError(503, `Cannot write to the disk (${code}); send again later`, RETRY_AFTER_DISK_S);
  return null;
}

/** The file system's code when it cannot do now what it may do later; null for any other error. */
export function diskTroubleOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return DISK_TROUBLE.has(code) ? code : null;
}
