{{/* Sending: the only service that calls platforms, so the only one with a way to the Internet. */}}
{{- define "frontdesk.delivery.facts" -}}
ports: {grpc: 9103}
variables:
  FRONTDESK_DELIVERY_LISTEN: 0.0.0.0:9103
  {{- with .Values.mail.domain }}
  FRONTDESK_MAIL_DOMAIN: {{ . }}
  {{- end }}
  FRONTDESK_MEDIA_RECEIVED_BYTES: {{ .Values.media.receivedBytes | int64 | quote }}
  FRONTDESK_DELIVERY_MEDIA_CONCURRENCY: {{ .Values.media.fetchedAtOnce | quote }}
  FRONTDESK_MEDIA_WORKERS: {{ .Values.media.workers | quote }}
  FRONTDESK_MEDIA_WORKER_SECONDS: {{ .Values.media.workerSeconds | quote }}
  FRONTDESK_MEDIA_WORKER_MEGABYTES: {{ .Values.media.workerMegabytes | quote }}
headless: true
reaches: {tenants: grpc{{ if .Values.simulator.enabled }}, simulator: http{{ end }}}
uses: [postgresql, nats, storage, mediaKey, metaApp, smtp]
toInternet: true
identity: true
{{- end }}
