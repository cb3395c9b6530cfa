// The class of a household: which clauses its area, income and deprivations leave possible.

import { AREAS, type Area, type ClassRule, type Standard } from "./law.ts";
import { type Answers, number } from "./survey.ts";
import type { Truth } from "./truth.ts";

function incomePerHead(household: Answers): number | null {
  const stated = number(household.income_per_capita);
  if (stated !== null) return stated;
  const [year, size] = [number(household.income_12m), number(household.household_size)];
  return year === null || size === null ? null : year / (12 * size);
}

function takesIncome(standard: Standard, rule: ClassRule, area: Area, income: number): boolean {
  const amount = (id: string) => standard.lines.find((line) => line.id === id)![area];
  if (rule.income_above !== undefined && income <= amount(rule.income_above)) return false;
  return rule.income_at_most === undefined || income <= amount(rule.income_at_most);
}

function band(standard: Standard, area: Area, income: number): string {
  const line = standard.lines.find((each) => income <= each[area]);
  return line ? `up_to_${line.id}` : `above_${standard.lines[standard.lines.length - 1].id}`;
}

export function classify(standard: Standard, household: Answers, deprivations: Record<string, Truth>) {
  const truths = standard.indicators.map(({ id }) => deprivations[id] ?? null);
  const certain = truths.filter((truth) => truth === true).length;
  const unknown = truths.filter((truth) => truth === null).length;
  const income = incomePerHead(household);
  const areas = household.area ? [household.area as Area] : AREAS;

  const possible = areas.flatMap((area) =>
    standard.class_rules
      .filter((rule) => rule.deprivations_at_least <= certain + unknown)
      .filter((rule) => (rule.deprivations_at_most ?? Infinity) >= certain)
      .filter((rule) => income === null || takesIncome(standard, rule, area, income))
      .map((rule) => ({ area, rule })),
  );
  const ranks = possible.map(({ rule }) => standard.classes.indexOf(rule.poverty_class));
  const [worst, best] = [Math.min(...ranks), Math.max(...ranks)].map((rank) => standard.classes[rank]);
  const bands = new Set(income === null ? [] : areas.map((area) => band(standard, area, income)));
  return {
    income_band: bands.size === 1 ? [...bands][0] : null,
    deprivation_count: certain,
    deprivations_unknown: unknown,
    poverty_class: worst === best ? worst : null,
    class_at_worst: worst,
    class_at_best: best,
    reason:
      worst !== best ? null : {
        rules: possible.map(({ area, rule }) => `${area}.${rule.id}`),
        citations: [...new Set(possible.map(({ rule }) => rule.citation.article))],
      },
  };
}
