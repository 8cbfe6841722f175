{{/* Webhooks: the only service platforms call. */}}
{{- define "frontdesk.ingestion.facts" -}}
ports: {http: 8081, grpc: 9104}
variables:
  FRONTDESK_INGESTION_HTTP_LISTEN: 0.0.0.0:8081
  FRONTDESK_INGESTION_LISTEN: 0.0.0.0:9104
reaches: {tenants: grpc}
uses: [postgresql, nats, metaApp]
fromIngress: true
identity: true
{{- end }}
