// The class that points give: B1 for income, B2 for deprivations, either of them perhaps within bounds.

import { AREAS, type Area, lawNamed, type PointRule, type Standard } from "./law.ts";
import { type Answers, number } from "./survey.ts";

function range(points: Answers, name: string, most: number): [number, number] {
  const exact = number(points[name]);
  if (exact !== null) return [exact, exact];
  return [number(points[`${name}_at_least`]) ?? 0, number(points[`${name}_at_most`]) ?? most];
}

export function classByPoints(rule: PointRule, points: Answers) {
  const step = rule.points_per_deprivation.points;
  const indicators = lawNamed<Standard>(rule.standard).indicators.length;
  const [b1Least, b1Most] = range(points, "b1", Infinity);
  const [b2Least, b2Most] = range(points, "b2", indicators * step);
  const areas = points.area ? [points.area as Area] : AREAS;

  const ranks = areas.flatMap((area) => {
    const amount = (id: string) => rule.lines.find((line) => line.id === id)![area].points;
    return rule.class_rules
      .filter(({ b1_above, b1_at_most }) => {
        const first = b1_above === undefined ? 0 : amount(b1_above) + 1;
        const last = b1_at_most === undefined ? Infinity : amount(b1_at_most);
        return Math.max(first, b1Least) <= Math.min(last, b1Most);
      })
      .filter(({ b2_at_least, b2_below }) => {
        const first = Math.ceil(Math.max(b2_at_least, b2Least) / step) * step;
        return first <= b2Most && (b2_below === undefined || first < b2_below);
      })
      .map((clause) => rule.classes.indexOf(clause.poverty_class));
  });
  const [worst, best] = [Math.min(...ranks), Math.max(...ranks)].map((rank) => rule.classes[rank]);
  return { poverty_class: worst === best ? worst : null, class_at_worst: worst, class_at_best: best };
}
