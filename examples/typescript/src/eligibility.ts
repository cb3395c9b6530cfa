// Who is entitled to a benefit: the conditions of its rules, three-valued.

import { addMonths, completedMonths, parseDay } from "./calendar.ts";
import type { Answers } from "./survey.ts";
import { agesOf } from "./survey.ts";
import { all, any, consensus, isOneOf, known, not, type Truth } from "./truth.ts";

// A condition is an object of one key, its predicate.
type Condition = Record<string, any>;

export interface Rule {
  id: string;
  benefit: string;
  valid_from?: string;
  valid_to?: string;
  when: Condition;
  exclude: { when: Condition }[];
  priority: { when: Condition }[];
  amount?: { value: string; unit: string };
}

export interface RuleSet {
  benefits: { id: string; combine: string }[];
  rules: Rule[];
}

export interface Situation {
  rule: string;
  on: string;
  poverty_class: string | null;
  household: Answers;
  member: Answers;
  history: { on: string; poverty_class: string | null }[];
  lists: Record<string, boolean | null>;
  days: Record<string, string>;
}

const CLASSES = ["poor", "near_poor", "average", "above_average"];
const LISTED = ["poor", "near_poor"];

/** The answer where every class that the household may have gives the same. */
export function entitlement(law: RuleSet, situation: Situation) {
  const rules = law.rules.filter((rule) => validOn(rule, situation.on));
  const rule = rules.find((one) => one.id === situation.rule);
  if (!rule) return { eligible: false, granted: false, priority: null };
  const eligible = gives(rule, situation);
  const better = betterRules(law, rules, rule).map((other) => gives(other, situation));
  return {
    eligible,
    granted: all(eligible, not(any(better))),
    priority: eligible ? place(rule, situation) : null,
  };
}

const validOn = (rule: Rule, day: string): boolean =>
  (rule.valid_from ?? day) <= day && day <= (rule.valid_to ?? day);

function ofEveryClass(situation: Situation, truth: (situation: Situation) => Truth): Truth {
  const classes = situation.poverty_class === null ? CLASSES : [situation.poverty_class];
  return consensus(classes.map((poverty_class) => truth({ ...situation, poverty_class })));
}

function gives(rule: Rule, situation: Situation): Truth {
  return ofEveryClass(situation, (one) =>
    all(holds(rule.when, one), ...rule.exclude.map(({ when }) => not(holds(when, one)))));
}

/** The place of the first rank that holds; null where one before it is open. */
function place(rule: Rule, situation: Situation): number | null {
  for (const [at, { when }] of rule.priority.entries()) {
    const truth = ofEveryClass(situation, (one) => holds(when, one));
    if (truth === null) return null;
    if (truth) return at + 1;
  }
  return rule.priority.length + 1;
}

function betterRules(law: RuleSet, rules: Rule[], rule: Rule): Rule[] {
  const { combine } = law.benefits.find(({ id }) => id === rule.benefit)!;
  const own = rules.filter(({ benefit }) => benefit === rule.benefit);
  if (combine === "add") return [];
  const before = (other: Rule) => own.indexOf(other) < own.indexOf(rule);
  if (combine === "first") return own.filter(before);
  return own.filter((other) =>
    worth(other) > worth(rule) || (worth(other) === worth(rule) && before(other)));
}

function worth({ amount }: Rule): number {
  const [above, below] = amount!.value.split("/").map(Number);
  return (above / (below ?? 1)) * (amount!.unit === "interest" ? -1 : 1);
}

function holds(condition: Condition, situation: Situation): Truth {
  const [[predicate, wanted]] = Object.entries(condition);
  const answer = (name: string) => situation.household[name] ?? situation.member[name] ?? null;
  switch (predicate) {
    case "all":
      return all(...wanted.map((part: Condition) => holds(part, situation)));
    case "any":
      return any(wanted.map((part: Condition) => holds(part, situation)));
    case "not":
      return not(holds(wanted, situation));
    case "some_member":
      return holds(wanted, situation);
    case "class_in":
      return isOneOf(situation.poverty_class, wanted);
    case "newly_escaped":
      return all(not(isOneOf(situation.poverty_class, LISTED)), escaped(situation, wanted.months));
    case "lives_in":
      return any(wanted.map((list: string) => known(situation.lists[list])));
    case "listed_on":
      return listedOn(situation, situation.days[wanted] ?? (isDay(wanted) ? wanted : null));
    case "independent_for": {
      const day = wanted.by === undefined ? situation.on : situation.days[wanted.by] ?? null;
      const since = answer("independent_since");
      if (day === null || typeof since !== "string") return null;
      return completedMonths(parseDay(since), parseDay(day)) >= 12 * wanted.years;
    }
    case "yes":
      return known(answer(wanted));
    case "one_of":
      return isOneOf(answer(wanted.column), wanted.codes);
    case "number_in": {
      const value = answer(wanted.column);
      return typeof value === "number" ? within(wanted, value) : null;
    }
    case "age":
      return consensus([...agesOf(situation.member, situation.on)].map((age) => within(wanted, age)));
  }
  throw new Error(`no predicate ${predicate}`);
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

const within = (bounds: Record<string, number>, value: number): boolean =>
  value >= (bounds.at_least ?? value) && value <= (bounds.at_most ?? value) &&
  !(value <= bounds.above) && !(value >= bounds.below);

/** Whether a decision took the household off the lists, at most so many months ago. */
function escaped({ history, on }: Situation, months: number): Truth {
  const past = history.filter((decision) => decision.on <= on);
  const last = past.findLastIndex(({ poverty_class }) => isOneOf(poverty_class, LISTED));
  if (last < 0) return past.length > 0 && addMonths(past[0].on, months) < on ? false : null;
  if (past.at(-1)!.poverty_class === null) return null;
  const off = past.slice(last + 1).find(({ poverty_class }) => poverty_class !== null);
  return off !== undefined && on <= addMonths(off.on, months);
}

function listedOn({ history }: Situation, day: string | null): Truth {
  const last = day === null ? undefined : history.filter(({ on }) => on <= day).at(-1);
  return last === undefined ? null : isOneOf(last.poverty_class, LISTED);
}
