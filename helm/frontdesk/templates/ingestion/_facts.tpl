{{/* Webhooks and the widget's calls: the only service platforms and shops' pages call. */}}
{{- define "frontdesk.ingestion.facts" -}}
ports: {http: 8081, grpc: 9104}
variables:
  FRONTDESK_INGESTION_HTTP_LISTEN: 0.0.0.0:8081
  FRONTDESK_INGESTION_LISTEN: 0.0.0.0:9104
  FRONTDESK_TRUSTED_PROXIES: {{ join "," .Values.network.trustedProxies | quote }}
reaches: {tenants: grpc, conversations: grpc}
uses: [postgresql, nats, redis, storage, mediaKey, metaApp]
fromIngress: true
identity: true
{{- end }}
