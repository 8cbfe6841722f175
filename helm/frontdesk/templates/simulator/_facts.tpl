{{/* Stands in for the platforms in trials; never part of a production release. */}}
{{- define "frontdesk.simulator.facts" -}}
ports: {http: 8082, smtp: 8025}
variables:
  FRONTDESK_SIMULATOR_LISTEN: 0.0.0.0:8082
  FRONTDESK_SIMULATOR_SMTP_LISTEN: 0.0.0.0:8025
  FRONTDESK_SIMULATOR_HTTP: http://{{ include "frontdesk.fullname" . }}-simulator:8082
  FRONTDESK_SIMULATOR_PUBLIC_URL: {{ .Values.publicUrl | trimSuffix "/" }}/simulator
reaches: {ingestion: http}
uses: [simulatorToken, mailSecret]
{{- end }}
