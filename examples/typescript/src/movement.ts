// Two years: the flow of each household on each list, and both lists counted.

interface Home {
  household_id: string;
  poverty_class: string;
  household_size: number;
}

interface Years {
  start: Home[];
  end: Home[];
  links: { kind: string; start_id: string | null; end_id: string | null }[];
  history: { household_id: string; poverty_class: string }[];
}

type Listed = "poor" | "near_poor";
const OTHER: Record<Listed, Listed> = { poor: "near_poor", near_poor: "poor" };
const LISTS = Object.keys(OTHER) as Listed[];
const COLUMNS = [
  "opening", "to_other_list", "escaped", "other_decrease", "from_other_list", "relapsed", "new",
  "other_increase", "closing_counted",
];

export function moved({ start, end, links, history }: Years) {
  const before = new Map(start.map((home) => [home.household_id, home]));
  const after = new Map(end.map((home) => [home.household_id, home]));
  const explained = new Set(links.flatMap(({ start_id, end_id }) => [start_id, end_id]));
  const wasOn = new Set(history.map((row) => `${row.poverty_class} ${row.household_id}`));
  const ids = new Set([...before.keys(), ...after.keys()]);

  function flow(listed: Listed, id: string): string | null {
    const [first, last] = [before.get(id)?.poverty_class, after.get(id)?.poverty_class];
    const kind = explained.has(id) ? "other" : "unlinked";
    if (last === undefined) return first === listed ? `${kind}_decrease` : null;
    if (first === undefined) return last === listed ? `${kind}_increase` : null;
    if (first === listed && last === listed) return "stayed";
    if (first === listed) return last === OTHER[listed] ? `to_${last}` : "escaped";
    if (last !== listed) return null;
    if (first === OTHER[listed]) return `from_${first}`;
    return wasOn.has(`${listed} ${id}`) ? "relapsed" : "new";
  }

  const flows = Object.fromEntries(
    [...ids].map((id) => [id, Object.fromEntries(LISTS.map((listed) => [listed, flow(listed, id)]))]),
  );
  const table = Object.fromEntries(
    LISTS.map((listed) => [listed, counted(listed, before, after, (id) => flows[id][listed])]),
  );
  return { flows, table };
}

/** Opening, flows and closing of a list; members change first, and then the class. */
function counted(
  listed: Listed,
  before: Map<string, Home>,
  after: Map<string, Home>,
  flowOf: (id: string) => string | null,
) {
  const zeros = () => Object.fromEntries(COLUMNS.map((name) => [name, 0]));
  const counts: Record<string, Record<string, number>> = { households: zeros(), persons: zeros() };
  const add = (column: string, persons: number) => {
    counts.households[column] += 1;
    counts.persons[column] += persons;
  };
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [first, last] = [before.get(id), after.get(id)];
    if (first?.poverty_class === listed) {
      add("opening", first.household_size);
      const change = (last ?? first).household_size - first.household_size;
      counts.persons[change > 0 ? "other_increase" : "other_decrease"] += Math.abs(change);
    }
    if (last?.poverty_class === listed) add("closing_counted", last.household_size);
    const column = (flowOf(id) ?? "").replace(`_${OTHER[listed]}`, "_other_list");
    if (COLUMNS.includes(column)) {
      add(column, (column === "other_decrease" ? first! : last!).household_size);
    }
  }
  for (const one of Object.values(counts)) {
    const more = one.from_other_list + one.relapsed + one.new + one.other_increase;
    const less = one.to_other_list + one.escaped + one.other_decrease;
    one.closing_by_formula = one.opening + more - less;
    one.residual = one.closing_counted - one.closing_by_formula;
  }
  return counts;
}
