{{/* Teammates, sessions and channel accounts; it alone holds the keys of the encrypted credentials. */}}
{{- define "frontdesk.tenants.facts" -}}
ports: {grpc: 9101}
variables:
  FRONTDESK_TENANTS_LISTEN: 0.0.0.0:9101
  FRONTDESK_MAIL_FROM: {{ .Values.smtp.from | quote }}
  FRONTDESK_SESSION_IDLE_DAYS: {{ .Values.sessions.idleDays | quote }}
  FRONTDESK_SESSION_DAYS: {{ .Values.sessions.days | quote }}
headless: true
reaches: {delivery: grpc{{ if .Values.simulator.enabled }}, simulator: smtp{{ end }}}
uses: [postgresql, credentialKeys, nats, smtp, metaApp]
identity: true
{{- end }}
