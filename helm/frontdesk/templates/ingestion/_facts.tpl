{{/* Webhooks and the widget's calls: the only service platforms and shops' pages call. */}}
{{- define "frontdesk.ingestion.facts" -}}
ports: {http: 8081, grpc: 9104}
variables:
  FRONTDESK_INGESTION_HTTP_LISTEN: 0.0.0.0:8081
  FRONTDESK_INGESTION_LISTEN: 0.0.0.0:9104
  FRONTDESK_TRUSTED_PROXIES: {{ join "," .Values.network.trustedProxies | quote }}
  FRONTDESK_LEDGER_DAYS: {{ .Values.ledger.days | quote }}
  FRONTDESK_WIDGET_RATE_ADDRESS: {{ .Values.rates.widgetAddress }}
  FRONTDESK_WIDGET_RATE_WRITING_ADDRESS: {{ .Values.rates.widgetWritingAddress }}
  FRONTDESK_WIDGET_RATE_IMAGES_ADDRESS: {{ .Values.rates.widgetImagesAddress }}
  FRONTDESK_WIDGET_RATE_BYTES_ADDRESS: {{ .Values.rates.widgetBytesAddress }}
  FRONTDESK_WIDGET_RATE_SESSIONS: {{ .Values.rates.widgetSessions }}
  FRONTDESK_WIDGET_RATE_MESSAGES: {{ .Values.rates.widgetMessages }}
  FRONTDESK_WIDGET_RATE_FORMS: {{ .Values.rates.widgetForms }}
  FRONTDESK_WIDGET_RATE_IMAGES: {{ .Values.rates.widgetImages }}
reaches: {tenants: grpc, conversations: grpc}
uses: [postgresql, nats, redis, storage, mediaKey, metaApp, mailSecret]
fromIngress: true
identity: true
{{- end }}
