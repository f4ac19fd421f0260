const two = (value: number): string => String(value).padStart(2, '0');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:05:09` in the reader's time zone, with the date in front when it is not today. */
export function formatMoment(ms: number, nowMs: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return '–';
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return date.toDateString() === new Date(nowMs).toDateString() ? time : `${formatDay(date)} ${time}`;
}

const formatDay = (date: Date): string => `${date.getDate()} ${months[date.getMonth()]}`;

/** A tick on the time axis; `gapSeconds` between ticks decides how much has to be said. */
export function formatTick(seconds: number, gapSeconds: number): string {
  const date = new Date(seconds * 1000);
  if (gapSeconds >= 86_400) return formatDay(date);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (gapSeconds < 60) return `${clock}:${two(date.getSeconds())}`;
  return clock === '00:00' ? formatDay(date) : clock;
}

/** The value of a `datetime-local` field. */
export function toLocalField(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `just now`, `40s ago`, `5m ago`, `2h ago`: how long since `ms`. */
export function formatAgo(ms: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - ms) / 1000));
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 5) return 'just now';
  if (seconds < 90) return `${seconds}s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)}m ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)}h ago`;
  return `${Math.round(seconds / 86_400)}d ago`;
}
