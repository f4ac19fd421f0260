import type { Command } from '../command.ts';
import { agent } from '../parts/agent.ts';
import { aggregator } from '../parts/aggregator.ts';
import { alerting } from '../parts/alerting.ts';
import { dashboard } from '../parts/dashboard.ts';
import { backtest } from './backtest.ts';
import { check } from './check.ts';
import { drill } from './drill.ts';
import { importCommand } from './import.ts';
import { logs } from './logs.ts';
import { query } from './query.ts';
import { retention } from './retention.ts';
import { testRules } from './test-rules.ts';
import { up } from './up.ts';
import { why } from './why.ts';

/** In the order in which the help lists them. */
export const commands: readonly Command[] = [
  up,
  aggregator,
  alerting,
  dashboard,
  agent,
  check,
  testRules,
  backtest,
  drill,
  query,
  logs,
  why,
  retention,
  importCommand,
];
