// Days as numbers, without time zones.

export interface Day {
  year: number;
  month: number;
  day: number;
}

export function parseDay(text: string): Day {
  const [year, month, day] = text.split("-").map(Number);
  return { year, month, day };
}

/** Completed months between two days: one is complete on the same day of a later month. */
export function completedMonths(from: Day, to: Day): number {
  const months = (to.year - from.year) * 12 + (to.month - from.month);
  return to.day < from.day ? months - 1 : months;
}

export function earlier(one: Day, other: Day): Day {
  const order = (d: Day) => (d.year * 100 + d.month) * 100 + d.day;
  return order(one) <= order(other) ? one : other;
}

export function nextDay(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(text: string): number {
  return new Date(`${text}T00:00:00Z`).getUTCDay() || 7;
}

/** The same day so many months later or, where there is none, the first of the next month. */
export function addMonths(text: string, months: number): string {
  const { year, month, day } = parseDay(text);
  const date = new Date(Date.UTC(year, month - 1 + months, day));
  if (date.getUTCDate() !== day) date.setUTCDate(1);
  return date.toISOString().slice(0, 10);
}
