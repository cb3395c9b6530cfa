// Reads questions as JSON lines on standard input, and writes an answer for each.

import { classify } from "./classes.ts";
import { deadline } from "./deadlines.ts";
import { entitlement, type RuleSet } from "./eligibility.ts";
import { deprived } from "./indicators.ts";
import { moved } from "./movement.ts";
import { lawNamed, type PointRule, type Procedure, type Standard } from "./law.ts";
import { classByPoints } from "./points.ts";
import { rate } from "./rates.ts";

type Input = any;

const KINDS: Record<string, (law: string, input: Input) => unknown> = {
  indicators: (law, input) => ({ deprived: deprived(lawNamed<Standard>(law), input.indicator, input) }),
  class: (law, input) => classify(lawNamed<Standard>(law), input.household, input.deprivations),
  assessment: (law, input) => {
    const standard = lawNamed<Standard>(law);
    const indicators = Object.fromEntries(
      standard.indicators.map(({ id }) => [id, deprived(standard, id, input)]),
    );
    return { indicators, ...classify(standard, input.household, indicators) };
  },
  points: (law, input) => classByPoints(lawNamed<PointRule>(law), input),
  deadlines: (law, input) =>
    deadline(lawNamed<Procedure>(law), input.process, input.state, input.entered_on),
  movement: (_, input) => moved(input),
  eligibility: (law, input) => entitlement(lawNamed<RuleSet>(law), input),
  rates: (_, input) => rate(input.numerator, input.denominator),
};

function answer(line: string): string {
  const { id, kind, law, input } = JSON.parse(line);
  const implemented = KINDS[kind];
  return JSON.stringify(implemented ? { id, answer: implemented(law, input) } : { id, skip: true });
}

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const lines = Buffer.concat(chunks).toString("utf-8").split("\n").filter((line) => line.trim());
process.stdout.write(lines.map((line) => answer(line) + "\n").join(""));
