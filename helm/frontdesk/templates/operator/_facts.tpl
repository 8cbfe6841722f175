{{/* A pod to run the command line in, as the identity "operator". */}}
{{- define "frontdesk.operator.facts" -}}
ports: {}
reaches: {tenants: grpc, conversations: grpc, delivery: grpc, ingestion: grpc{{ if .Values.simulator.enabled }}, simulator: http{{ end }}}
uses: [nats{{ if .Values.simulator.enabled }}, simulatorToken{{ end }}]
identity: true
{{- end }}
