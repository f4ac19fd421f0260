import { printValue } from './print.ts';
import { TemplateError } from './template-error.ts';
import { type GoFunction, typeName, type Value } from './value.ts';

/** Where in which template something is evaluated, for errors. */
export interface Where {
  readonly template: string;
  readonly line: number;
}

export function withFinal(args: readonly Value[], final: Value | undefined): readonly Value[] {
  return final === undefined ? args : [...args, final];
}

/** The value of `.A.B` on `start`; arguments go to the last name, when that is a method. */
export function fieldChain(
  start: Value,
  names: readonly string[],
  args: readonly Value[],
  final: Value | undefined,
  where: Where,
  shown = '',
): Value {
  if (names.length === 0) {
    if (args.length > 0 || final !== undefined) {
      throw new TemplateError(
        where.template,
        where.line,
        `can't give argument to non-function ${shown || printValue(start)}`,
      );
    }
    return start;
  }
  let value = start;
  names.forEach((name, i) => {
    const last = i === names.length - 1;
    value = field(value, name, last ? args : [], last ? final : undefined, where);
  });
  return value;
}

function field(
  receiver: Value,
  name: string,
  args: readonly Value[],
  final: Value | undefined,
  where: Where,
): Value {
  const fail = (detail: string): never => {
    throw new TemplateError(
      where.template,
      where.line,
      `executing "${where.template}" at <.${name}>: ${detail}`,
    );
  };
  if (receiver === null) return fail(`nil data; no entry for key "${name}"`);
  const methods = typeof receiver === 'object' && 'methods' in receiver ? receiver.methods : undefined;
  const method = methods?.get(name);
  if (method) return callFunction(method, withFinal(args, final), where);
  const hasArguments = args.length > 0 || final !== undefined;
  if (typeof receiver === 'object' && receiver.kind === 'struct') {
    const value = receiver.fields.get(name);
    if (value !== undefined) {
      if (hasArguments) return fail(`${name} has arguments but cannot be invoked as function`);
      return value;
    }
  }
  if (typeof receiver === 'object' && receiver.kind === 'map') {
    if (hasArguments) return fail(`${name} is not a method but has arguments`);
    return receiver.entries.get(name) ?? receiver.zero;
  }
  return fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
}

/** Calls with the number of arguments checked; what it throws gets its place in the template. */
export function callFunction(callee: GoFunction, args: readonly Value[], where: Where): Value {
  const wrong = args.length < callee.minimum || (callee.maximum !== null && args.length > callee.maximum);
  const context = `executing "${where.template}" at <${callee.name}>:`;
  if (wrong) {
    const want = callee.maximum === callee.minimum ? `${callee.minimum}` : `at least ${callee.minimum}`;
    throw new TemplateError(
      where.template,
      where.line,
      `${context} wrong number of args for ${callee.name}: want ${want} got ${args.length}`,
    );
  }
  try {
    return callee.call(args);
  } catch (error) {
    if (error instanceof TemplateError || !(error instanceof Error) || error.name !== 'Error') throw error;
    throw new TemplateError(
      where.template,
      where.line,
      `${context} error calling ${callee.name}: ${error.message}`,
    );
  }
}
