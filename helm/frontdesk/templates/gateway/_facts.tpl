{{/* REST, WebSocket and the console: the only service browsers talk to. */}}
{{- define "frontdesk.gateway.facts" -}}
ports: {http: 8080}
variables:
  FRONTDESK_HOST: 0.0.0.0
  FRONTDESK_PORT: "8080"
  FRONTDESK_TRUSTED_PROXIES: {{ join "," .Values.network.trustedProxies | quote }}
  FRONTDESK_RATE_LIMIT_ADDRESS: {{ .Values.rates.address }}
  FRONTDESK_RATE_LIMIT_SESSION: {{ .Values.rates.session }}
  FRONTDESK_RATE_LIMIT_TENANT: {{ .Values.rates.tenant }}
  {{- if .Values.simulator.enabled }}
  FRONTDESK_SIMULATOR_HTTP: http://{{ include "frontdesk.fullname" . }}-simulator:8082
  {{- end }}
reaches: {tenants: grpc, conversations: grpc, delivery: grpc, ingestion: grpc{{ if .Values.simulator.enabled }}, simulator: http{{ end }}}
uses: [nats, redis, storage, mediaKey]
fromIngress: true
identity: true
{{- end }}
