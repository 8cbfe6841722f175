{{/* Variables: what all services share comes from one ConfigMap, what is a service's own from its facts and secret. */}}

{{/* Data of the shared ConfigMap; nothing secret. */}}
{{- define "frontdesk.config" -}}
{{- $simulator := printf "http://%s-simulator:8082" (include "frontdesk.fullname" .) -}}
FRONTDESK_ENVIRONMENT: {{ .Values.environment | quote }}
FRONTDESK_PUBLIC_URL: {{ .Values.publicUrl | trimSuffix "/" | quote }}
FRONTDESK_LOG_LEVEL: {{ .Values.logLevel | quote }}
FRONTDESK_OPS_LISTEN: "0.0.0.0:9090"
FRONTDESK_NATS_REPLICAS: {{ ternary 1 .Values.nats.replicas .Values.trial.enabled | quote }}
FRONTDESK_NATS_MAX_AGE_DAYS: {{ .Values.nats.maxAgeDays | quote }}
{{- with .Values.tracing.otlpUrl }}
FRONTDESK_OTLP_URL: {{ . | quote }}
{{- end }}
{{- if and .Values.simulator.enabled (not .Values.smtp.existingSecret) }}
FRONTDESK_SMTP_URL: smtp://{{ include "frontdesk.fullname" . }}-simulator:8025
{{- end }}
{{- if .Values.simulator.enabled }}
FRONTDESK_FETCH_ALLOWED_HOSTS: {{ include "frontdesk.fullname" . }}-simulator:8082
{{- end }}
{{- range $variable, $url := dict
      "FRONTDESK_LINE_API_URL" (.Values.platforms.lineApiUrl | default (ternary (printf "%s/line" $simulator) "" .Values.simulator.enabled))
      "FRONTDESK_LINE_DATA_URL" (.Values.platforms.lineDataUrl | default (ternary (printf "%s/line" $simulator) "" .Values.simulator.enabled))
      "FRONTDESK_GRAPH_URL" (.Values.platforms.graphUrl | default (ternary (printf "%s/graph" $simulator) "" .Values.simulator.enabled))
      "FRONTDESK_INSTAGRAM_URL" (.Values.platforms.instagramUrl | default (ternary (printf "%s/instagram" $simulator) "" .Values.simulator.enabled))
      "FRONTDESK_META_DIALOG_URL" (.Values.platforms.metaDialogUrl | default (ternary (printf "%s/simulator/graph" (.Values.publicUrl | trimSuffix "/")) "" .Values.simulator.enabled))
      "FRONTDESK_META_APP_ID" (.Values.meta.appId | default (ternary "900000000000001" "" (and .Values.trial.enabled .Values.simulator.enabled)))
      "FRONTDESK_META_SIGNUP_CONFIG_ID" .Values.meta.signupConfigId
      "FRONTDESK_GRAPH_VERSION" .Values.meta.graphVersion }}
{{- with $url }}
{{ $variable }}: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* A service's variables beyond the shared ones. */}}
{{- define "frontdesk.env" -}}
{{- range $name, $value := .facts.variables }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- range $callee, $port := .facts.reaches }}
{{- if eq $port "grpc" }}
{{- $number := (include "frontdesk.facts" (dict "root" $.root "service" $callee) | fromJson).ports.grpc }}
- {name: FRONTDESK_{{ $callee | upper }}_ADDRESS, value: "{{ include "frontdesk.fullname" $.root }}-{{ $callee }}:{{ $number }}"}
{{- end }}
{{- end }}
{{- if .facts.identity }}
- {name: FRONTDESK_IDENTITY_KEY_{{ .service | upper }}, value: /var/run/frontdesk/identity/identity-key}
- {name: FRONTDESK_IDENTITY_KEYS, value: /var/run/frontdesk/identity/identity-keys.json}
{{- end }}
{{- range .facts.uses }}
{{- include "frontdesk.secretEnv" (dict "of" $ "dependency" .) }}
{{- end }}
{{- with .env }}
{{ . }}
{{- end }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* One secret variable for a dependency a service uses. Takes: of (the service), dependency. */}}
{{- define "frontdesk.secretEnv" -}}
{{- $root := .of.root -}}
{{- $own := include "frontdesk.secretName" (dict "root" $root "name" .of.service "existing" .of.values.existingSecret) -}}
{{- if eq .dependency "postgresql" }}
- name: FRONTDESK_{{ .of.service | upper }}_DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ $own }}, key: database-url}}
{{- else if eq .dependency "credentialKeys" }}
- name: FRONTDESK_CREDENTIAL_KEYS
  valueFrom: {secretKeyRef: {name: {{ $own }}, key: credential-keys}}
{{- else if and (eq .dependency "storage") $root.Values.trial.enabled }}
- {name: FRONTDESK_STORAGE_URL, value: "file:///files"}
{{- else if eq .dependency "mediaKey" }}
- name: FRONTDESK_MEDIA_KEY
  valueFrom:
    secretKeyRef: {name: {{ include "frontdesk.secretName" (dict "root" $root "name" "media" "existing" $root.Values.media.existingSecret) }}, key: key}
{{- else if eq .dependency "metaApp" }}
{{- if or $root.Values.meta.existingSecret (and $root.Values.trial.enabled $root.Values.simulator.enabled) }}
{{- $app := include "frontdesk.secretName" (dict "root" $root "name" "meta" "existing" $root.Values.meta.existingSecret) }}
- name: FRONTDESK_META_APP_SECRET
  valueFrom: {secretKeyRef: {name: {{ $app }}, key: app-secret}}
- name: FRONTDESK_META_VERIFY_TOKEN
  valueFrom: {secretKeyRef: {name: {{ $app }}, key: verify-token}}
{{- end }}
{{- else if eq .dependency "mailSecret" }}
{{- if or $root.Values.mail.existingSecret (and $root.Values.trial.enabled $root.Values.simulator.enabled) }}
- name: FRONTDESK_MAIL_SECRET
  valueFrom:
    secretKeyRef: {name: {{ include "frontdesk.secretName" (dict "root" $root "name" "mail" "existing" $root.Values.mail.existingSecret) }}, key: secret}
{{- end }}
{{- else if eq .dependency "simulatorToken" }}
- name: FRONTDESK_SIMULATOR_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ include "frontdesk.secretName" (dict "root" $root "name" "simulator" "existing" $root.Values.simulator.existingSecret) }}
      key: token
{{- else }}
{{- $shared := get $root.Values .dependency }}
{{- if or $shared.existingSecret (eq .dependency "storage") (and $root.Values.trial.enabled (has .dependency (list "nats" "redis"))) }}
- name: FRONTDESK_{{ .dependency | upper }}_URL
  valueFrom:
    secretKeyRef:
      name: {{ include "frontdesk.secretName" (dict "root" $root "name" .dependency "existing" $shared.existingSecret) }}
      key: url
{{- end }}
{{- end }}
{{- end }}

{{/* The service's private key beside everybody's public ones: files, so that no child process inherits them. */}}
{{- define "frontdesk.identityVolume" -}}
- name: identity
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ include "frontdesk.secretName" (dict "root" .root "name" .service "existing" .values.existingSecret) }}
          items: [{key: identity-key, path: identity-key}]
      - secret:
          name: {{ include "frontdesk.secretName" (dict "root" .root "name" "identity" "existing" .root.Values.identity.existingSecret) }}
          items: [{key: identity-keys.json, path: identity-keys.json}]
{{- end }}
