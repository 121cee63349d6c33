const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** `Mon 16 Nov, 18:12` in the person's own words and zone. */
export const dateTime = (instant: string): string =>
  `${day.format(new Date(instant))}, ${time.format(new Date(instant))}`;
export const date = (instant: string): string => day.format(new Date(instant));

/** `18 s ago`, `2 min ago`; the date when it is longer ago than a week. */
export function ago(instant: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(instant)) / 1000));
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return date(instant);
}
