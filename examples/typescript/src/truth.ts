// Three-valued logic: true, false, and null for what is not known.

export type Truth = boolean | null;

export const not = (truth: Truth): Truth => (truth === null ? null : !truth);

export function any(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === null) result = null;
  }
  return result;
}

export function all(...truths: Truth[]): Truth {
  return not(any(truths.map(not)));
}

/** What every way to fill in an answer comes to; null where the ways differ. */
export function consensus(truths: Iterable<Truth>): Truth {
  let agreed: Truth | undefined;
  for (const truth of truths) {
    if (truth === null || (agreed !== undefined && truth !== agreed)) return null;
    agreed = truth;
  }
  return agreed ?? null;
}

/** Whether a value is in a list; null where the value is missing. */
export function isOneOf(value: unknown, list: readonly string[]): Truth {
  return value === null || value === undefined ? null : list.includes(value as string);
}

export function known(value: unknown): Truth {
  return typeof value === "boolean" ? value : null;
}
