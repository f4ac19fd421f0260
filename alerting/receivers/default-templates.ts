import { BUILTINS } from '@tocsin/rules/template/builtins.ts';
import { notificationFunctions } from '@tocsin/rules/template/notification-functions.ts';
import { parseTemplate, type TemplateSet } from '@tocsin/rules/template/parser.ts';
import { CHAT_TEMPLATES } from './chat-templates.ts';

/** What notification templates may call; which names exist does not depend on the time. */
export const NOTIFICATION_NAMES = new Map([...BUILTINS, ...notificationFunctions(0)]);

/**
 * The templates every routing file starts with. Names that Alertmanager's own defaults have are kept, so that
 * files which build on them, or replace them, go on working.
 */
const SOURCE = `
{{ define "tocsin.receiver" }}{{ reReplaceAll "\\\\\\\\(.)" "$1" .Receiver }}{{ end }}
{{ define "__alertmanager" }}Tocsin{{ end }}
{{ define "__alertmanagerURL" }}{{ .ExternalURL }}{{ end }}
{{ define "__subject" -}}
[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}] {{ join " " .GroupLabels.SortedPairs.Values }}
{{- $others := .CommonLabels.Remove .GroupLabels.Names }}{{ if $others }} ({{ join " " $others.Values }}){{ end }}
{{- end }}
{{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}

{{ define "__text_alert_list" }}{{ range . }}Labels:
{{ range .Labels.SortedPairs }} - {{ .Name }} = {{ .Value }}
{{ end }}Annotations:
{{ range .Annotations.SortedPairs }} - {{ .Name }} = {{ .Value }}
{{ end }}Source: {{ .GeneratorURL }}
{{ end }}{{ end }}

{{ define "tocsin.alert.text" -}}
{{ .Status | toUpper }}: {{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}
{{- with .Annotations.description }}
{{ . }}{{ end }}

{{ if ne .Value nil }}value:    {{ printf "%.6g" .Value }}
{{ end }}since:    {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}
{{- if eq .Status "resolved" }}
until:    {{ .EndsAt.Format "2006-01-02 15:04:05 MST" }}{{ end }}
labels:   {{ .Labels }}
{{- with .GeneratorURL }}
graph:    {{ . }}{{ end }}
{{- with .Annotations.runbook_url }}
runbook:  {{ . }}{{ end }}
alert:    {{ .AlertURL }}
{{ end }}

{{ define "email.default.text" -}}
{{ range $i, $alert := .Alerts }}{{ if $i }}
{{ end }}{{ template "tocsin.alert.text" $alert }}{{ end }}
-- 
Sent by Tocsin to {{ template "tocsin.receiver" . }}: {{ .ExternalURL }}
{{ end }}

{{ define "email.default.html" -}}
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ template "__subject" . }}</title></head>
<body style="margin:0;padding:16px;background:#f4f5f7;color:#1c2430;font:15px/1.45 system-ui,-apple-system,Segoe UI,Roboto,sans-serif">
<div style="max-width:640px;margin:0 auto">
{{ range .Alerts }}{{ template "tocsin.alert.html" . }}{{ end }}
<p style="color:#6b7685;font-size:12px">Sent by Tocsin to {{ template "tocsin.receiver" . }} &middot; <a style="color:#6b7685" href="{{ .ExternalURL }}">open the page</a></p>
</div>
</body>
</html>
{{ end }}

{{ define "tocsin.alert.html" }}
<div style="background:#fff;border:1px solid #dde1e7;border-left:4px solid {{ if eq .Status "resolved" }}#2b8a3e{{ else if eq .Labels.severity "warning" "info" }}#e8890c{{ else }}#c92a2a{{ end }};border-radius:8px;padding:14px 18px;margin:0 0 14px">
<p style="margin:0 0 6px;font-size:12px;letter-spacing:.04em"><strong>{{ .Status | toUpper }}</strong>{{ with .Labels.severity }} &middot; {{ . }}{{ end }} &middot; since {{ .StartsAt.Format "2006-01-02 15:04:05 MST" }}{{ if eq .Status "resolved" }}, until {{ .EndsAt.Format "15:04:05" }}{{ end }}</p>
<h2 style="margin:0 0 6px;font-size:18px">{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}</h2>
{{ with .Annotations.description }}<p style="margin:0 0 10px">{{ . }}</p>{{ end }}
{{ if ne .Value nil }}<p style="margin:0 0 10px">Value: <strong>{{ printf "%.6g" .Value }}</strong></p>{{ end }}
<p style="margin:0 0 10px">
{{ with .GeneratorURL }}<a href="{{ . }}">Graph</a> &middot; {{ end }}{{ with .Annotations.runbook_url }}<a href="{{ . }}">Runbook</a> &middot; {{ end }}<a href="{{ .AlertURL }}">This alert</a>
</p>
{{ with .GraphID }}<p style="margin:0 0 10px"><a href="{{ $.AlertURL }}"><img src="cid:{{ . }}" width="600" alt="Graph of {{ $.Labels.alertname }}" style="display:block;width:100%;max-width:600px;height:auto;border:0"></a></p>
{{ end }}<table style="border-collapse:collapse;font-size:13px">
{{ range .Labels.SortedPairs }}<tr><td style="padding:1px 12px 1px 0;color:#6b7685">{{ .Name }}</td><td style="word-break:break-word">{{ .Value }}</td></tr>
{{ end }}</table>
</div>
{{ end }}
`;

export const DEFAULT_TEMPLATES: TemplateSet = parseTemplate(
  'default',
  SOURCE + CHAT_TEMPLATES,
  NOTIFICATION_NAMES,
);
