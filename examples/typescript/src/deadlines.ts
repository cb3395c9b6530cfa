// The last day of a clock that runs in working days.

import { nextDay, weekday } from "./calendar.ts";
import { type DaysOff, lawNamed, type Procedure } from "./law.ts";

export function deadline(procedure: Procedure, process: string, state: string, enteredOn: string) {
  const clock = procedure.processes.find(({ id }) => id === process)!.clocks[state];
  const { days } = procedure.clocks.find(({ id }) => id === clock)!;
  const table = lawNamed<DaysOff>("days_off");
  const isWorked = (day: string) =>
    table.worked.some((entry) => entry.day === day) ||
    (procedure.working_week.includes(weekday(day)) &&
      !table.off.some(({ first, last }) => first <= day && day <= (last ?? first)));

  let due = enteredOn;
  for (let left = days; left > 0; ) {
    due = nextDay(due);
    if (isWorked(due)) left -= 1;
  }
  return { working_days: days, due_on: due };
}
