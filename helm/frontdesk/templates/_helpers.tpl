{{/* Names and labels that every object shares. */}}

{{- define "frontdesk.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{/* The services that this release runs. A new service is added here and gets a folder. */}}
{{- define "frontdesk.services" -}}
- gateway
- ingestion
- conversations
- delivery
- tenants
{{- if .Values.simulator.enabled }}
- simulator
{{- end }}
{{- end }}

{{/* What identifies the pods of one release: never add to it, Deployments cannot change their selectors. */}}
{{- define "frontdesk.selector" -}}
app.kubernetes.io/name: frontdesk
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* All labels of an object of a component. Takes: root, component, service (when a service has many components). */}}
{{- define "frontdesk.labels" -}}
{{ include "frontdesk.selector" .root }}
app.kubernetes.io/component: {{ .component }}
frontdesk.dev/service: {{ .service | default .component }}
app.kubernetes.io/part-of: frontdesk
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* metadata of an object of a component. Takes: root, component, service, annotations. */}}
{{- define "frontdesk.metadata" -}}
name: {{ include "frontdesk.fullname" .root }}-{{ .component }}
labels:
  {{- include "frontdesk.labels" . | nindent 2 }}
{{- with .annotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "frontdesk.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ printf "%s@%s" .repository .digest | quote }}
{{- else -}}
{{ printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) | quote }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* What a service's folder states about it (its facts), as JSON. Takes: root, service. */}}
{{- define "frontdesk.facts" -}}
{{ include (printf "frontdesk.%s.facts" .service) .root | fromYaml | toJson }}
{{- end }}

{{/* A service's values over the defaults, as JSON. Takes: root, service. */}}
{{- define "frontdesk.values" -}}
{{ mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (get .root.Values .service)) | toJson }}
{{- end }}

{{/* Names a secret a service's pods read: the one the operator made, or the one of a trial. Takes: root, name, existing. */}}
{{- define "frontdesk.secretName" -}}
{{- if .root.Values.trial.enabled -}}
{{ include "frontdesk.fullname" .root }}-trial-{{ .name }}
{{- else -}}
{{ required (printf "name the secret of %s" .name) .existing }}
{{- end -}}
{{- end }}
