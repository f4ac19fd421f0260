import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { labelsFromObject, NO_LABELS } from '@tocsin/protocol/labels/labels.ts';
import { loadRuleFile } from '../rule-file/load-rule-file.ts';
import { NO_ALERTS } from '../state/active-alert.ts';
import { stepAlertingRule } from '../state/step-alerting-rule.ts';

const folder = new URL('./', import.meta.url);
const runbooks = new Set(readdirSync(new URL('../../docs/runbooks/', import.meta.url)));
const packs = readdirSync(folder).filter((name) => /^[a-z]+\.yml$/.test(name));

describe('shipped packs', () => {
  it('are there', () => assert.deepEqual(packs.sort(), ['host.yml', 'shop.yml', 'tocsin.yml']));

  for (const pack of packs) {
    for (const group of loadRuleFile(pack, readFileSync(new URL(pack, folder), 'utf8'))) {
      for (const rule of group.rules) {
        if (rule.kind !== 'alerting') continue;
        it(`${pack} ${rule.name} says what is wrong, how bad, and where to read on`, () => {
          assert.match(rule.labels['severity'] ?? '', /^(critical|warning|info)$/);
          assert.ok(runbooks.has(`${rule.name}.md`), `docs/runbooks/${rule.name}.md is missing`);
          assert.match(rule.annotations['runbook_url'] ?? '', new RegExp(`/${rule.name}$`));
          const context = {
            externalLabels: NO_LABELS,
            externalUrl: 'http://x',
            answers: new Map(),
            limit: 0,
          };
          const sample = {
            labels: labelsFromObject({ instance: 'i', job: 'j', service: 's', part: 'p' }),
            value: 0.5,
          };
          const [alert] = stepAlertingRule(rule, [sample], NO_ALERTS, 0, context).state.values();
          for (const [name, text] of Object.entries(alert?.annotations ?? {})) {
            assert.ok(
              text !== '' && !text.includes('<error') && !text.includes('<no value>'),
              `${name}: ${text}`,
            );
          }
        });
      }
    }
  }
});
