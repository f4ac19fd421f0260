import type { DashboardVariable } from './dashboard-schema.ts';
import { interpolateQuery, type VariableValues } from './interpolate.ts';

/** A variable with what can be chosen, and what is. */
export interface ResolvedVariable {
  readonly variable: DashboardVariable;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  readonly isAll: boolean;
}

/** In the address, what stands for every value. */
export const allValues = '$all';
const optionsMax = 500;

/**
 * Finds out what the variables stand for, one after the other, because the values of one may depend on those before. `wanted` is
 * what the address asks for by name; `valuesOf` asks the aggregator.
 */
export async function resolveVariables(
  variables: readonly DashboardVariable[],
  wanted: ReadonlyMap<string, readonly string[]>,
  valuesOf: (label: string, matcher: string) => Promise<readonly string[]>,
): Promise<readonly ResolvedVariable[]> {
  const resolved: ResolvedVariable[] = [];
  const values = new Map<string, readonly string[]>();
  for (const variable of variables) {
    const options =
      variable.values ??
      (variable.values_of === undefined
        ? []
        : (await valuesOf(variable.values_of, interpolateQuery(variable.of ?? '', values))).slice(
            0,
            optionsMax,
          ));
    const one = choose(variable, options, wanted.get(variable.name));
    resolved.push(one);
    values.set(variable.name, one.chosen);
  }
  return resolved;
}

function choose(
  variable: DashboardVariable,
  options: readonly string[],
  wanted: readonly string[] | undefined,
): ResolvedVariable {
  const byDefault = variable.default === undefined ? undefined : [variable.default].flat();
  const asked = wanted ?? byDefault ?? (variable.all ? [allValues] : []);
  if (variable.free) return { variable, options, chosen: [asked[0] ?? ''], isAll: false };
  if (variable.all && asked.includes(allValues)) return { variable, options, chosen: options, isAll: true };
  // What a link names stays, also when nobody sends it now: the panels then say that there is nothing.
  const chosen = asked.filter((value) => value !== allValues);
  const some = chosen.length > 0 ? chosen : options.slice(0, 1);
  return { variable, options, chosen: variable.multi ? some : some.slice(0, 1), isAll: false };
}

export const valuesOf = (resolved: readonly ResolvedVariable[]): VariableValues =>
  new Map(resolved.map(({ variable, chosen }) => [variable.name, chosen]));
