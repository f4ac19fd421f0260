import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { YamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { loadMatchers } from './load-matchers.ts';
import { type Route, routeKey } from './route.ts';
import type { RouteSource } from './routing-schema.ts';

interface Known {
  readonly receivers: { has(name: string): boolean };
  readonly timeIntervals: { has(name: string): boolean };
}

type Path = readonly (string | number)[];

const DEFAULT_WAIT_MS = 30_000;
const DEFAULT_INTERVAL_MS = 5 * 60_000;
const DEFAULT_REPEAT_MS = 4 * 3_600_000;

/** The routing tree, inheritance resolved. @throws ConfigError */
export function loadRoute(source: YamlFile, root: RouteSource, known: Known): Route {
  const fail = (path: Path, detail: string): never => {
    throw new ConfigError(source.file, source.lineOf(path), detail);
  };
  if (!root.receiver) fail(['route'], 'the root route needs a receiver; set receiver:');
  for (const key of ['match', 'match_re', 'matchers'] as const) {
    if (root[key] && Object.keys(root[key]).length > 0) {
      fail(['route', key], `the root route must take every alert; remove ${key}`);
    }
  }
  for (const key of ['mute_time_intervals', 'active_time_intervals'] as const) {
    if (root[key] && root[key].length > 0)
      fail(['route', key], `the root route must not have ${key}; move it to a route below`);
  }
  if (root.continue) fail(['route', 'continue'], 'nothing comes after the root route; remove continue');
  return load(root, ['route'], null, 0);

  function load(route: RouteSource, path: Path, parent: Route | null, index: number): Route {
    const receiver = route.receiver ?? parent?.receiver ?? '';
    if (!known.receivers.has(receiver))
      fail([...path, 'receiver'], `receiver "${receiver}" is not defined; add it under receivers:`);
    const matchers = loadMatchers(source, path, route);
    const key = routeKey(parent?.key ?? null, matchers);
    const own = {
      id: parent === null ? key : `${parent.id}/${key.slice(parent.key.length + 1)}/${index}`,
      key,
      receiver,
      groupBy: groupBy(route, path) ?? parent?.groupBy ?? new Set<string>(),
      matchers,
      groupWaitMs: route.group_wait ?? parent?.groupWaitMs ?? DEFAULT_WAIT_MS,
      groupIntervalMs:
        positive(route, path, 'group_interval') ?? parent?.groupIntervalMs ?? DEFAULT_INTERVAL_MS,
      repeatIntervalMs:
        positive(route, path, 'repeat_interval') ?? parent?.repeatIntervalMs ?? DEFAULT_REPEAT_MS,
      // Not inherited, as in Alertmanager.
      muteTimeIntervals: intervals(route, path, 'mute_time_intervals'),
      activeTimeIntervals: intervals(route, path, 'active_time_intervals'),
      continues: route.continue ?? false,
      routes: [],
    } satisfies Route;
    const routes = (route.routes ?? []).map((child, i) => load(child, [...path, 'routes', i], own, i));
    return { ...own, routes };
  }

  function groupBy(route: RouteSource, path: Path): Route['groupBy'] | null {
    if (!route.group_by) return null;
    const names = new Set(route.group_by);
    if (names.has('')) fail([...path, 'group_by'], 'group_by names a label without a name; remove it');
    if (names.size < route.group_by.length)
      fail([...path, 'group_by'], 'group_by names a label twice; remove one');
    if (!names.has('...')) return names;
    return names.size === 1
      ? 'all'
      : fail([...path, 'group_by'], "'...' stands for all labels; remove the others");
  }

  function positive(
    route: RouteSource,
    path: Path,
    key: 'group_interval' | 'repeat_interval',
  ): number | null {
    const value = route[key];
    return value === 0
      ? fail([...path, key], `${key} may not be 0; set a duration such as 5m`)
      : (value ?? null);
  }

  function intervals(
    route: RouteSource,
    path: Path,
    key: 'mute_time_intervals' | 'active_time_intervals',
  ): readonly string[] {
    for (const [i, name] of (route[key] ?? []).entries()) {
      if (!known.timeIntervals.has(name)) {
        fail([...path, key, i], `time interval "${name}" is not defined; add it under time_intervals:`);
      }
    }
    return route[key] ?? [];
  }
}
