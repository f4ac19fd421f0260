import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { sampleNotification } from '../testing/sample-notification.ts';
import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { createRenderer } from './renderer.ts';

function group(size: number, labels: Readonly<Record<string, string>> = {}) {
  const [firing] = sampleNotification('firing', labels).alerts;
  const [resolved] = sampleNotification('resolved', labels).alerts;
  const alerts = Array.from({ length: size }, (_, i) => ({
    ...(i % 2 === 0 ? firing! : resolved!),
    labels: labelsFromObject({ alertname: 'Down', i: String(i), ...labels }),
  }));
  return sampleNotification('firing', labels, { alerts });
}

describe('templates', () => {
  it('are shown the beginning of a group of 20,000 alerts, and how many there are', () => {
    const renderer = createRenderer(DEFAULT_TEMPLATES, group(20_000));
    const seen = (list: string) =>
      renderer.text(
        `{{ len ${list} }} {{ $n := 0 }}{{ range $i, $a := ${list} }}{{ $n = $i }}{{ end }}{{ $n }}`,
        '',
      );
    assert.equal(seen('.Alerts'), '20000 999');
    assert.equal(seen('.Alerts.Firing'), '10000 999');
    assert.equal(seen('.Alerts.Resolved'), '10000 999');
    assert.equal(renderer.text('{{ template "__subject" . }}', ''), '[FIRING:10000] Down');
    assert.ok(renderer.html('{{ template "email.default.html" . }}', '').length > 100_000);
    assert.equal(renderer.problem, null);
  });

  it('that fail give way to the built-in ones, and these to a line when they cannot be written either', () => {
    const small = createRenderer(DEFAULT_TEMPLATES, group(1));
    assert.equal(small.text('{{ index .Alerts 7 }}', '{{ .Status }}!'), 'firing!');
    assert.match(small.problem ?? '', /index out of range/);
    const large = createRenderer(DEFAULT_TEMPLATES, group(80, { big: '<'.repeat(16_000) }));
    const mail = '{{ template "email.default.html" . }}';
    assert.equal(large.html(mail, mail), '[FIRING:80] Down');
    assert.match(large.problem ?? '', /output is longer/);
  });
});

it("a receiver's name has Alertmanager's backslashes for templates, and none in our own mail", () => {
  const renderer = createRenderer(DEFAULT_TEMPLATES, { ...group(1), receiver: 'team-a.b (nights)' });
  assert.equal(renderer.text('{{ .Receiver }}', ''), 'team-a\\.b \\(nights\\)');
  assert.match(
    renderer.text('{{ template "email.default.text" . }}', ''),
    /Sent by Tocsin to team-a\.b \(nights\):/,
  );
  assert.equal(renderer.problem, null);
});
