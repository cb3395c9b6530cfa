// The law as data, read from the folder of vectors.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const FOLDER = process.env.LAW_FOLDER
  ? pathToFileURL(`${process.env.LAW_FOLDER}/`)
  : new URL("../../../vectors/law/", import.meta.url);

export interface Citation {
  article: string;
}

export interface Line {
  id: string;
  rural: number;
  urban: number;
}

export interface ClassRule {
  id: string;
  poverty_class: string;
  income_above?: string;
  income_at_most?: string;
  deprivations_at_least: number;
  deprivations_at_most?: number;
  citation: Citation;
}

export interface Bracket {
  from_age: number;
  below_age?: number;
  born_from?: number;
  attending: string[];
  qualification?: string[];
}

// The thresholds of an indicator, by the kind of its rule.
export type Rule = { kind: string } & Record<string, any>;

export interface Standard {
  name: string;
  periods: { first: string; last: string }[];
  classes: string[];
  lines: Line[];
  class_rules: ClassRule[];
  indicators: { id: string; rule: Rule }[];
}

export interface PointRule {
  standard: string;
  classes: string[];
  points_per_deprivation: { points: number };
  lines: { id: string; rural: { points: number }; urban: { points: number } }[];
  class_rules: {
    poverty_class: string;
    b1_above?: string;
    b1_at_most?: string;
    b2_at_least: number;
    b2_below?: number;
  }[];
}

export interface Procedure {
  working_week: number[];
  clocks: { id: string; days: number }[];
  processes: { id: string; clocks: Record<string, string> }[];
}

export interface DaysOff {
  off: { first: string; last?: string }[];
  worked: { day: string }[];
}

const laws = new Map<string, unknown>();

export function lawNamed<T>(name: string): T {
  if (!laws.has(name)) {
    laws.set(name, JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf-8")));
  }
  return laws.get(name) as T;
}

export type Area = "rural" | "urban";
export const AREAS: Area[] = ["rural", "urban"];
