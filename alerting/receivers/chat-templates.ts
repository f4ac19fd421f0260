/** Templates of the integrations other than mail, under the names Alertmanager gives them and with what they say there. */
export const CHAT_TEMPLATES = `
{{ define "__description" }}{{ end }}

{{ define "__text_alert_list_markdown" }}{{ range . }}
Labels:
{{ range .Labels.SortedPairs }}  - {{ .Name }} = {{ .Value }}
{{ end }}
Annotations:
{{ range .Annotations.SortedPairs }}  - {{ .Name }} = {{ .Value }}
{{ end }}
Source: {{ .GeneratorURL }}
{{ end }}
{{ end }}

{{ define "__annotation_line" }}{{ join " " .CommonAnnotations.SortedPairs.Values }}{{ end }}

{{ define "__firing_and_resolved" }}
{{- with .Alerts.Firing }}
Alerts Firing:
{{ template "__text_alert_list" . }}
{{ end }}
{{ with .Alerts.Resolved }}
Alerts Resolved:
{{ template "__text_alert_list" . }}
{{ end }}
{{ end }}

{{ define "__firing_and_resolved_markdown" }}
{{ with .Alerts.Firing }}
# Alerts Firing:
{{ template "__text_alert_list_markdown" . }}
{{ end }}
{{ with .Alerts.Resolved }}
# Alerts Resolved:
{{ template "__text_alert_list_markdown" . }}
{{ end }}
{{ end }}

{{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "slack.default.fallback" }}{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}{{ end }}
{{ define "slack.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}
{{ define "slack.default.callbackid" }}{{ end }}
{{ define "slack.default.pretext" }}{{ end }}
{{ define "slack.default.text" }}{{ end }}
{{ define "slack.default.iconemoji" }}{{ end }}
{{ define "slack.default.iconurl" }}{{ end }}
{{ define "slack.default.footer" }}{{ end }}

{{ define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
{{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}

{{ define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end }}
{{ define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "opsgenie.default.description" }}{{ template "__annotation_line" . }}
{{ with .Alerts.Firing -}}
Alerts Firing:
{{ template "__text_alert_list" . }}
{{- end }}
{{ with .Alerts.Resolved -}}
Alerts Resolved:
{{ template "__text_alert_list" . }}
{{- end }}
{{- end }}

{{ define "discord.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "discord.default.content" }}{{ end }}
{{ define "discord.default.message" }}
{{ template "__firing_and_resolved" . }}{{ end }}

{{ define "telegram.default.message" }}
{{ template "__firing_and_resolved" . }}{{ end }}

{{ define "pushover.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "pushover.default.url" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "pushover.default.message" }}{{ template "__annotation_line" . }}
{{ template "__firing_and_resolved" . }}{{ end }}

{{ define "msteams.default.summary" }}{{ template "__subject" . }}{{ end }}
{{ define "msteams.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "msteams.default.text" }}{{ template "__firing_and_resolved_markdown" . }}{{ end }}
{{ define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "msteamsv2.default.text" }}{{ template "__firing_and_resolved_markdown" . }}{{ end }}

{{ define "victorops.default.state_message" }}{{ template "__annotation_line" . }}
{{ with .Alerts.Firing -}}
Alerts Firing:
{{ template "__text_alert_list" . }}
{{- end }}
{{ with .Alerts.Resolved -}}
Alerts Resolved:
{{ template "__text_alert_list" . }}
{{- end }}
{{- end }}
{{ define "victorops.default.entity_display_name" }}{{ template "__subject" . }}{{ end }}
{{ define "victorops.default.monitoring_tool" }}{{ template "__alertmanager" . }}{{ end }}

{{ define "wechat.default.message" }}{{ template "__subject" . }}
{{ template "victorops.default.state_message" . }}
AlertmanagerUrl:
{{ template "__alertmanagerURL" . }}
{{- end }}
{{ define "wechat.default.to_user" }}{{ end }}
{{ define "wechat.default.to_party" }}{{ end }}
{{ define "wechat.default.to_tag" }}{{ end }}
{{ define "wechat.default.agent_id" }}{{ end }}

{{ define "webex.default.message" }}{{ template "__annotation_line" . }}
{{ template "__firing_and_resolved" . }}{{ end }}

{{ define "sns.default.subject" }}{{ template "__subject" . }}{{ end }}
{{ define "sns.default.message" }}{{ template "__annotation_line" . }}
{{ template "__firing_and_resolved" . }}{{ end }}

{{ define "rocketchat.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "rocketchat.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "rocketchat.default.alias" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "rocketchat.default.text" }}{{ end }}
{{ define "rocketchat.default.emoji" }}{{ end }}
{{ define "rocketchat.default.iconurl" }}{{ end }}

{{ define "mattermost.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}
{{ define "mattermost.default.username" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "mattermost.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "mattermost.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "mattermost.default.fallback" }}{{ template "mattermost.default.title" . }} | {{ template "mattermost.default.titlelink" . }}{{ end }}
{{ define "mattermost.default.text" }}{{ template "__firing_and_resolved_markdown" . }}{{ end }}

{{ define "jira.default.summary" }}{{ template "__subject" . }}{{ end }}
{{ define "jira.default.description" }}{{ template "__firing_and_resolved_markdown" . }}{{ end }}
{{ define "jira.default.priority" -}}
{{- $priority := "" }}{{ range .Alerts.Firing -}}
{{- $severity := .Labels.severity -}}
{{- if eq $severity "critical" }}{{ $priority = "High" -}}
{{- else if and (eq $severity "warning") (ne $priority "High") }}{{ $priority = "Medium" -}}
{{- else if and (eq $severity "info") (eq $priority "") }}{{ $priority = "Low" }}{{ end -}}
{{- end }}{{ if eq $priority "" }}{{ range .Alerts.Resolved -}}
{{- $severity := .Labels.severity -}}
{{- if eq $severity "critical" }}{{ $priority = "High" -}}
{{- else if and (eq $severity "warning") (ne $priority "High") }}{{ $priority = "Medium" -}}
{{- else if and (eq $severity "info") (eq $priority "") }}{{ $priority = "Low" }}{{ end -}}
{{- end }}{{ end }}{{ $priority }}
{{- end }}

{{ define "sms.default.text" }}{{ template "__subject" . }}
{{- range .Alerts }}
{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels }}{{ end }}{{ end }}
{{ .ExternalURL }}{{ end }}
`;
