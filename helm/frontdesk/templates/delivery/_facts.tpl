{{/* Sending: the only service that calls platforms, so the only one with a way to the Internet. */}}
{{- define "frontdesk.delivery.facts" -}}
ports: {grpc: 9103}
variables:
  FRONTDESK_DELIVERY_LISTEN: 0.0.0.0:9103
headless: true
reaches: {tenants: grpc{{ if .Values.simulator.enabled }}, simulator: http{{ end }}}
uses: [postgresql, nats, storage, mediaKey, metaApp, smtp]
toInternet: true
identity: true
{{- end }}
