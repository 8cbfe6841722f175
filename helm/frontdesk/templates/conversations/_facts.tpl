{{/* Contacts, conversations and messages. */}}
{{- define "frontdesk.conversations.facts" -}}
ports: {grpc: 9102}
variables:
  FRONTDESK_CONVERSATIONS_LISTEN: 0.0.0.0:9102
headless: true
reaches: {}
uses: [postgresql, nats]
identity: true
{{- end }}
