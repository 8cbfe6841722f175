{{/* PostgreSQL, NATS and Redis of a trial, in one pod. */}}
{{- define "frontdesk.embedded.facts" -}}
ports: {postgresql: 5432, nats: 4222, redis: 6379}
reaches: {}
uses: []
{{- end }}

{{/* The demo is made in the operator's name. */}}
{{- define "frontdesk.demo.facts" -}}
ports: {}
variables:
  {{- if .Values.simulator.enabled }}
  FRONTDESK_SIMULATOR_HTTP: http://{{ include "frontdesk.fullname" . }}-simulator:8082
  FRONTDESK_INGESTION_HTTP: http://{{ include "frontdesk.fullname" . }}-ingestion:8081
  {{- end }}
reaches: {tenants: grpc{{ if .Values.simulator.enabled }}, simulator: http{{ end }}}
uses: [{{ if .Values.simulator.enabled }}simulatorToken{{ end }}]
identity: true
{{- end }}
