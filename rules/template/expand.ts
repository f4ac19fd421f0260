import { type Labels, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { annotationFunctions, type QuerySample } from './annotation-functions.ts';
import { BUILTINS } from './builtins.ts';
import { executeTemplate } from './evaluator.ts';
import { parseTemplate, type TemplateSet } from './parser.ts';
import { QueryNeeded } from './query-needed.ts';
import { type FunctionTable, goStringMap, goStruct } from './value.ts';

/** A label's or annotation's template, parsed once and expanded for each alert at each evaluation. */
export interface CompiledTemplate {
  expand(context: ExpandContext): string;
}

export interface ExpandContext {
  /** Of the sample that fired. */
  readonly labels: Labels;
  readonly value: number;
  readonly timeMs: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Answers to the templates' own queries, as far as known; a missing one is thrown as QueryNeeded. */
  readonly answers: ReadonlyMap<string, readonly QuerySample[]>;
}

// What Prometheus puts in front of each template, so that $labels and $value exist.
const DEFINITIONS =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';
const NO_CONTEXT = { query: () => [], timeMs: 0, externalUrl: '' };
const KNOWN = new Map([...BUILTINS, ...annotationFunctions(NO_CONTEXT)]);

/** Throws TemplateError; its line is the line within `text`. */
export function compileAnnotation(name: string, text: string): CompiledTemplate {
  // Most labels are plain text.
  if (!text.includes('{{')) return { expand: () => text };
  const set: TemplateSet = parseTemplate(name, DEFINITIONS + text, KNOWN);
  return {
    expand(context) {
      const data = goStruct('template.AlertTemplateData', {
        Labels: goStringMap(Object.entries(labelsToObject(context.labels))),
        ExternalLabels: goStringMap(Object.entries(labelsToObject(context.externalLabels))),
        ExternalURL: context.externalUrl,
        Value: context.value,
      });
      return executeTemplate(set, name, data, { functions: functionsOf(context) });
    },
  };
}

let newest: { readonly functions: FunctionTable; readonly context: ExpandContext } | null = null;

/** All alerts of one evaluation are expanded with the same functions. */
function functionsOf(context: ExpandContext): FunctionTable {
  const { answers, timeMs, externalUrl } = context;
  const known = newest?.context;
  if (known?.answers === answers && known.timeMs === timeMs && known.externalUrl === externalUrl)
    return newest!.functions;
  const functions = annotationFunctions({
    query(expression) {
      const answer = answers.get(expression);
      if (!answer) throw new QueryNeeded(expression);
      return answer;
    },
    timeMs,
    externalUrl,
  });
  newest = { functions, context };
  return functions;
}
