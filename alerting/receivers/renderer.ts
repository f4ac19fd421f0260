import { getLabel } from '@tocsin/protocol/labels/labels.ts';
import { executeTemplate } from '@tocsin/rules/template/evaluator.ts';
import { createHtmlEscaper } from '@tocsin/rules/template/html-escaper.ts';
import { HTML_FUNCTIONS } from '@tocsin/rules/template/html-functions.ts';
import { notificationFunctions } from '@tocsin/rules/template/notification-functions.ts';
import { parseTemplate, type TemplateSet } from '@tocsin/rules/template/parser.ts';
import { TemplateError } from '@tocsin/rules/template/template-error.ts';
import { DEFAULT_TEMPLATES, NOTIFICATION_NAMES } from './default-templates.ts';
import type { Notification } from './notification.ts';
import { type GraphIds, NO_GRAPHS, templateData } from './template-data.ts';

/** Expands a receiver's templates for one notification. */
export interface Renderer {
  /** `fallback` is taken when `template` throws. */
  text(template: string, fallback: string): string;
  /** The same with values escaped for the place in the document where they stand. */
  html(template: string, fallback: string): string;
  /** The first thing that went wrong, or null. */
  readonly problem: string | null;
}

/**
 * A template that throws must not keep a page from going out: `fallback`, one of the built-in templates, takes
 * its place, and `problem` says why. Where that cannot be written either, because labels are too large, a line is.
 */
export function createRenderer(
  templates: TemplateSet,
  notification: Notification,
  graphs: GraphIds = NO_GRAPHS,
): Renderer {
  const data = templateData(notification, graphs);
  const functions = notificationFunctions(notification.timeMs);
  let problem: string | null = null;
  const run = (set: TemplateSet, text: string, html: boolean): string => {
    const parsed = parseTemplate('', text, NOTIFICATION_NAMES, set);
    return executeTemplate(
      parsed,
      '',
      data,
      html
        ? { functions: new Map([...functions, ...HTML_FUNCTIONS]), escape: createHtmlEscaper() }
        : { functions },
    );
  };
  const guarded = (text: string, html: boolean, fallback: string): string => {
    try {
      return run(templates, text, html);
    } catch (error) {
      problem ??= error instanceof Error ? error.message : String(error);
    }
    try {
      return run(DEFAULT_TEMPLATES, fallback, html);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return lastWords(notification);
    }
  };
  return {
    text: (template, fallback) => guarded(template, false, fallback),
    html: (template, fallback) => guarded(template, true, fallback),
    get problem() {
      return problem;
    },
  };
}

/** Which holds no character that means something in HTML. */
function lastWords({ status, alerts, groupLabels }: Notification): string {
  const name = getLabel(groupLabels, 'alertname')
    .replace(/[^\w -]/g, '')
    .slice(0, 100);
  return `[${status.toUpperCase()}:${alerts.length}] ${name}`.trimEnd();
}
