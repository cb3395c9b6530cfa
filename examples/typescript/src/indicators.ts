// Whether a household is deprived in an indicator: true, false, or null where answers are missing.

import type { Bracket, Rule, Standard } from "./law.ts";
import { type Answers, agesOf, birthYears, heads, monthsLived, number, type Survey, unlisted } from "./survey.ts";
import { all, any, consensus, isOneOf, known, not, type Truth } from "./truth.ts";

type Judge = (rule: Rule, survey: Survey, year: number) => Truth;

/** Whether it is true of somebody; of members who are not listed it may be. */
function ofSomebody(survey: Survey, judge: (member: Answers) => Truth): Truth {
  const strangers = unlisted(survey) > 0 || survey.members.length === 0;
  return any([...survey.members.map(judge), strangers ? null : false]);
}

/** A judgement of a member, agreed on by all ages that the member may have. */
function atAnyAge(member: Answers, survey: Survey, judge: (age: number) => Truth): Truth {
  return consensus([...agesOf(member, survey.on)].map(judge));
}

function ofWorkingAge(member: Answers, rule: Rule, survey: Survey, year: number): Truth {
  const rows: { year: number; male_months: number; female_months: number }[] = rule.working_age_until;
  const last = rows[rows.length - 1];
  const row = year > last.year ? last : rows.find((each) => each.year === year);
  const [least, most] = monthsLived(member, survey.on);
  const from = rule.working_age_from * 12;
  if (most < from) return false;
  if (row === undefined) return null;
  const ends =
    member.sex === "male" ? [row.male_months]
    : member.sex === "female" ? [row.female_months]
    : [row.male_months, row.female_months];
  const certain = least >= from && most < Math.min(...ends);
  const possible = least < Math.max(...ends);
  return certain ? true : possible ? null : false;
}

const inBracket = (bracket: Bracket, age: number) =>
  age >= bracket.from_age && (bracket.below_age === undefined || age < bracket.below_age);

function lacksSchooling(member: Answers, rule: Rule, age: number, born: number): Truth {
  const trained = rule.enterprise_training_counts ? known(member.enterprise_trained) : false;
  return any(
    (rule.brackets as Bracket[])
      .filter((each) => inBracket(each, age) && (each.born_from === undefined || born >= each.born_from))
      .map((each) =>
        not(any([
          isOneOf(member.attending, each.attending),
          isOneOf(member.qualification, each.qualification ?? []),
          trained,
        ])),
      ),
  );
}

function dependents(rule: Rule, survey: Survey): Truth {
  const size = survey.members.length + unlisted(survey);
  if (size === 0) return null;
  const each = survey.members.map((member) =>
    atAnyAge(member, survey, (age) =>
      any([
        age < rule.child_below,
        all(
          any([age >= rule.elderly_from, known(member.has_disability)]),
          known(member.receives_social_allowance),
        ),
      ]),
    ),
  );
  const certain = each.filter((truth) => truth === true).length;
  const possible = each.filter((truth) => truth !== false).length + unlisted(survey);
  return consensus([certain, possible].map((count) => count * 100 > size * rule.more_than_percent));
}

const JUDGES: Record<string, Judge> = {
  employment: (rule, survey, year) =>
    ofSomebody(survey, (member) => {
      const status = member.employment_status ?? null;
      if (status === null) return null;
      if (rule.without_contract.includes(status)) return true;
      return rule.without_work.includes(status) ? ofWorkingAge(member, rule, survey, year) : false;
    }),
  dependents,
  nutrition: (rule, survey) =>
    ofSomebody(survey, (member) =>
      atAnyAge(member, survey, (age) =>
        all(age < rule.child_below, any([known(member.stunted), known(member.underweight)])),
      ),
    ),
  health_insurance: (rule, survey) =>
    ofSomebody(survey, (member) =>
      atAnyAge(member, survey, (age) => all(age >= rule.from_age, not(known(member.has_health_insurance)))),
    ),
  medical_access: (_, survey) => ofSomebody(survey, (member) => known(member.untreated_illness)),
  adult_education: (rule, survey, year) =>
    ofSomebody(survey, (member) =>
      atAnyAge(member, survey, (age) =>
        consensus(birthYears(member, age, year).map((born) => lacksSchooling(member, rule, age, born))),
      ),
    ),
  child_schooling: (rule, survey) =>
    ofSomebody(survey, (member) =>
      atAnyAge(member, survey, (age) =>
        any(
          (rule.brackets as Bracket[])
            .filter((each) => inBracket(each, age))
            .map((each) => not(isOneOf(member.attending, each.attending))),
        ),
      ),
    ),
  housing_quality: (rule, survey) => {
    const home = survey.household;
    const parts = [home.wall_durable, home.frame_durable, home.roof_durable].map(known);
    const certain = parts.filter((part) => part === false).length;
    const possible = parts.filter((part) => part !== true).length;
    return consensus([certain, possible].map((count) => count >= rule.not_durable_at_least));
  },
  housing_area: (rule, survey) => {
    const [floor, count] = [number(survey.household.floor_area), heads(survey)];
    return floor === null || count === null ? null : floor < rule.below_m2_per_head * count;
  },
  water: (rule, survey) => not(isOneOf(survey.household.water_source, rule.clean)),
  toilet: (rule, survey) => not(isOneOf(survey.household.toilet, rule.hygienic)),
  waste: (_, survey) => not(known(survey.household.waste_collected)),
  telecom: (rule, survey) =>
    not(
      ofSomebody(survey, (member) => any((rule.services as string[]).map((name) => known(member[name])))),
    ),
  information_devices: (rule, survey) =>
    not(any((rule.means as string[]).map((name) => known(survey.household[name])))),
  unknown: () => null,
};

/** Years in which the survey may have been made. */
function years(standard: Standard, on: string | null): number[] {
  if (on !== null) return [Number(on.slice(0, 4))];
  const first = Number(standard.periods[0].first.slice(0, 4));
  const last = Number(standard.periods[standard.periods.length - 1].last.slice(0, 4));
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

export function deprived(standard: Standard, id: string, survey: Survey): Truth {
  const indicator = standard.indicators.find((each) => each.id === id);
  if (indicator === undefined) throw new Error(`${standard.name} has no indicator ${id}`);
  const judge = JUDGES[indicator.rule.kind];
  return consensus(years(standard, survey.on).map((year) => judge(indicator.rule, survey, year)));
}
