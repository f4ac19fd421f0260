import { dirname, resolve } from 'node:path';
import { parseTemplate, type TemplateSet } from '@tocsin/rules/template/parser.ts';
import { TemplateError } from '@tocsin/rules/template/template-error.ts';
import { checkSchema } from '@tocsin/runtime/config/check-schema.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile, type YamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { expandGlob } from '../files/expand-glob.ts';
import { readText } from '../files/read-text.ts';
import { DEFAULT_TEMPLATES, NOTIFICATION_NAMES } from '../receivers/default-templates.ts';
import { hideSecrets } from './hide-secrets.ts';
import { loadMatchers } from './load-matchers.ts';
import { loadReceivers } from './load-receivers.ts';
import { loadRoute } from './load-route.ts';
import type { InhibitRule, Routing } from './routing.ts';
import { ROUTING_SCHEMA, type RoutingSource } from './routing-schema.ts';
import type { TimeInterval } from './time-interval-schema.ts';

const RESOLVE_TIMEOUT_MS = 5 * 60_000;

/**
 * Reads a file in Alertmanager's format, the templates it names included.
 * @throws ConfigError naming file, line, what is wrong and what to do.
 */
export async function loadRouting(disk: Disk, file: string): Promise<Routing> {
  const text = await readText(disk, file);
  const source = parseYamlFile(file, text);
  const config = checkSchema(source, ROUTING_SCHEMA);
  const resolvePath = (path: string) => resolve(dirname(file), path);
  const receivers = loadReceivers(source, config, resolvePath);
  const timeIntervals = loadTimeIntervals(source, config);
  return {
    file,
    shown: hideSecrets(text),
    resolveTimeoutMs: config.global?.resolve_timeout ?? RESOLVE_TIMEOUT_MS,
    route: loadRoute(source, config.route, { receivers, timeIntervals }),
    receivers,
    inhibitRules: loadInhibitRules(source, config),
    timeIntervals,
    templates: await loadTemplates(disk, source, config, resolvePath),
  };
}

function loadTimeIntervals(
  source: YamlFile,
  config: RoutingSource,
): ReadonlyMap<string, readonly TimeInterval[]> {
  const intervals = new Map<string, readonly TimeInterval[]>();
  for (const key of ['mute_time_intervals', 'time_intervals'] as const) {
    for (const [i, interval] of (config[key] ?? []).entries()) {
      if (intervals.has(interval.name)) {
        throw new ConfigError(
          source.file,
          source.lineOf([key, i, 'name']),
          `time interval "${interval.name}" is there twice; rename one`,
        );
      }
      intervals.set(interval.name, interval.time_intervals ?? []);
    }
  }
  return intervals;
}

function loadInhibitRules(source: YamlFile, config: RoutingSource): readonly InhibitRule[] {
  return (config.inhibit_rules ?? []).map((rule, i): InhibitRule => {
    const path = ['inhibit_rules', i];
    const side = (name: 'source' | 'target') =>
      loadMatchers(source, path, {
        match: rule[`${name}_match`],
        match_re: rule[`${name}_match_re`],
        matchers: rule[`${name}_matchers`],
      });
    return {
      name: rule.name ?? `#${i + 1}`,
      source: side('source'),
      target: side('target'),
      equal: rule.equal ?? [],
    };
  });
}

async function loadTemplates(
  disk: Disk,
  source: YamlFile,
  config: RoutingSource,
  resolvePath: (path: string) => string,
): Promise<TemplateSet> {
  let templates: TemplateSet = DEFAULT_TEMPLATES;
  for (const [i, pattern] of (config.templates ?? []).entries()) {
    for (const file of await expandGlob(disk, resolvePath(pattern))) {
      const text = await readText(disk, file).catch((error: unknown) => {
        const detail = error instanceof ConfigError ? `template ${file}: ${error.detail}` : String(error);
        throw new ConfigError(source.file, source.lineOf(['templates', i]), detail);
      });
      try {
        templates = parseTemplate(file, text, NOTIFICATION_NAMES, templates);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        throw new ConfigError(file, error.line, error.message);
      }
    }
  }
  return templates;
}
