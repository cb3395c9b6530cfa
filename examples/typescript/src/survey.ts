// What a survey says of a household and its members, and what it leaves open.

import { completedMonths, earlier, parseDay } from "./calendar.ts";

export type Answers = Record<string, unknown>;

export interface Survey {
  household: Answers;
  members: Answers[];
  on: string | null;
}

const OLDEST = 120;

export function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Members who are counted in the stated size, and of whom nothing is known. */
export function unlisted(survey: Survey): number {
  return Math.max(0, (number(survey.household.household_size) ?? 0) - survey.members.length);
}

/** By how many the floor is shared; null where nobody is counted. */
export function heads(survey: Survey): number | null {
  return (number(survey.household.household_size) ?? survey.members.length) || null;
}

/** First and last number of completed months that a member may have lived. */
export function monthsLived(member: Answers, on: string | null): [number, number] {
  const age = number(member.age);
  const byBirth = monthsByBirth(member, on);
  if (age === null) return byBirth ?? [0, OLDEST * 12 + 11];
  const years: [number, number] = [age * 12, age * 12 + 11];
  if (byBirth === null) return years;
  const both: [number, number] = [Math.max(years[0], byBirth[0]), Math.min(years[1], byBirth[1])];
  return both[0] <= both[1] ? both : years;
}

function monthsByBirth(member: Answers, on: string | null): [number, number] | null {
  if (on === null) return null;
  const day = parseDay(on);
  if (typeof member.birth_date === "string") {
    const months = completedMonths(parseDay(member.birth_date), day);
    return [months, months];
  }
  const year = number(member.birth_year);
  if (year === null) return null;
  const last = earlier({ year, month: 12, day: 31 }, day);
  const most = completedMonths({ year, month: 1, day: 1 }, day);
  return [completedMonths(last, day), Math.min(most, OLDEST * 12 + 11)];
}

export function* agesOf(member: Answers, on: string | null): Generator<number> {
  const [least, most] = monthsLived(member, on);
  for (let age = Math.floor(least / 12); age <= Math.floor(most / 12); age++) yield age;
}

/** Years in which a member of an age may be born, in a survey of a year. */
export function birthYears(member: Answers, age: number, year: number): number[] {
  if (typeof member.birth_date === "string") return [parseDay(member.birth_date).year];
  const stated = number(member.birth_year);
  return stated === null ? [year - age, year - age - 1] : [stated];
}
