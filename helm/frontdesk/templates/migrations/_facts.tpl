{{/* Brings every service's schema to this version before the new pods start. */}}
{{- define "frontdesk.migrations.facts" -}}
ports: {}
reaches: {}
uses: [postgresql]
{{- end }}

{{- define "frontdesk.migrations.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ .weight | quote }}
# A failed Job stays to be read until the next one begins.
helm.sh/hook-delete-policy: before-hook-creation
{{- end }}
