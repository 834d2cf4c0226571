// Put values into classes: equal counts, equal steps, natural breaks, or how far they are from a target.

import type { Method } from "../state";

export interface Target {
  value: number;
  /** Whether more is better; else the target is the most allowed. */
  atLeast: boolean;
}

/** The upper ends of all classes but the last, rising; fewer than asked for where values are few. */
export function findBreaks(values: number[], method: Method, classes: number, target: Target | null = null): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  if (method === "target" && target !== null) return tidy(breakAtTarget(sorted, classes, target.value, target.atLeast));
  if (distinct.length <= 1) return [];
  const wanted = Math.min(classes, distinct.length);
  const finders = { quantile: breakByCount, equal: breakByStep, natural: breakNaturally, target: breakByCount };
  return tidy(finders[method](sorted, wanted));
}

/** Which class a value falls into: a class holds its lower end, the first also everything below. */
export function classOf(value: number, breaks: number[]): number {
  let at = 0;
  while (at < breaks.length && value >= (breaks[at] ?? Infinity)) at += 1;
  return at;
}

function tidy(breaks: number[]): number[] {
  return [...new Set(breaks)].sort((a, b) => a - b);
}

function breakByCount(sorted: number[], classes: number): number[] {
  const ends = range(1, classes).map((at) => sorted[Math.floor((at * sorted.length) / classes)] ?? 0);
  return ends.filter((end) => end > (sorted[0] ?? 0));
}

function breakByStep(sorted: number[], classes: number): number[] {
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  return range(1, classes).map((at) => low + ((high - low) * at) / classes);
}

/** Equal steps between the worst value and the target, no more than there are values; one class has met the target. */
function breakAtTarget(sorted: number[], classes: number, target: number, atLeast: boolean): number[] {
  const missed = sorted.filter((value) => (atLeast ? value < target : value > target));
  const steps = Math.min(classes - 1, new Set(missed).size);
  const worst = atLeast ? missed[0] ?? target : missed.at(-1) ?? target;
  if (atLeast) return range(1, steps + 1).map((at) => worst + ((target - worst) * at) / steps);
  return range(0, steps).map((at) => target + 1e-9 + ((worst - target) * at) / steps);
}

const MOST_KINDS = 400;

/** Fisher's natural breaks: the classes whose values lie closest to their own means. */
function breakNaturally(sorted: number[], classes: number): number[] {
  const values = sorted.length > MOST_KINDS ? thin(sorted) : sorted;
  const count = values.length;
  const sums = [0];
  const squares = [0];
  values.forEach((value, at) => {
    sums.push((sums[at] ?? 0) + value);
    squares.push((squares[at] ?? 0) + value * value);
  });
  const spread = (from: number, to: number): number => {
    const sum = (sums[to] ?? 0) - (sums[from] ?? 0);
    return (squares[to] ?? 0) - (squares[from] ?? 0) - (sum * sum) / (to - from);
  };
  let best = values.map((_, at) => spread(0, at + 1));
  const cuts: number[][] = [];
  for (let made = 2; made <= classes; made += 1) {
    const [next, cut]: [number[], number[]] = [new Array(count).fill(Infinity), new Array(count).fill(0)];
    for (let to = made; to <= count; to += 1) {
      for (let from = made - 1; from < to; from += 1) {
        const cost = (best[from - 1] ?? Infinity) + spread(from, to);
        if (cost < (next[to - 1] ?? Infinity)) [next[to - 1], cut[to - 1]] = [cost, from];
      }
    }
    best = next;
    cuts.push(cut);
  }
  const breaks: number[] = [];
  let end = count;
  for (const cut of cuts.reverse()) {
    end = cut[end - 1] ?? 0;
    breaks.push(values[end] ?? 0);
  }
  return breaks.filter((end) => end > (values[0] ?? 0));
}

function thin(sorted: number[]): number[] {
  return range(0, MOST_KINDS).map((at) => sorted[Math.floor((at * (sorted.length - 1)) / (MOST_KINDS - 1))] ?? 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}
