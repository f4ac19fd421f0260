import { BodyTooLarge, readBody } from '@tocsin/runtime/http/read-body.ts';
import type { Request } from 'express';
import type { z } from 'zod';
import { ALERTING_LIMITS } from '../limits.ts';
import { ApiError } from './api-error.ts';

/** The request's JSON body as the schema makes it; refuses with Alertmanager's statuses. @throws ApiError */
export async function jsonBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new ApiError(
      415,
      `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`,
    );
  let value: unknown;
  try {
    value = JSON.parse((await readBody(request, ALERTING_LIMITS.bodyBytes)).toString('utf8'));
  } catch (error) {
    if (error instanceof BodyTooLarge) throw new ApiError(413, error.message);
    throw new ApiError(
      400,
      `Cannot read the body as JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue && isAbsent(value, issue.path))
    throw new ApiError(422, `${issue.path.join('.')} in body is required`);
  throw new ApiError(400, `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}

function isAbsent(value: unknown, path: readonly PropertyKey[]): boolean {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null) return false;
    inner = Reflect.get(inner, key);
  }
  return inner === undefined;
}
