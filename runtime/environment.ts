/** A variable of the process' environment; null when it is not set or empty. */
export function environmentValue(name: string): string | null {
  return process.env[name] || null;
}
