{{/*
Everything one service needs in a cluster, so that a service's folder holds only its facts and what is special.
Takes: root, service (whose facts and values), name (of this deployment), values (merged), env (more variables, YAML).
*/}}
{{- define "frontdesk.service" -}}
{{- $facts := include "frontdesk.facts" . | fromJson -}}
{{- $values := .values | default (include "frontdesk.values" . | fromJson) -}}
{{- $of := dict "root" .root "service" .service "component" (.name | default .service) "facts" $facts "values" $values "env" .env -}}
{{ include "frontdesk.serviceAccount" $of }}
---
{{ include "frontdesk.deployment" $of }}
---
{{ include "frontdesk.endpoint" $of }}
---
{{ include "frontdesk.networkPolicy" $of }}
{{- if $values.disruptionBudget.enabled }}
---
{{ include "frontdesk.disruptionBudget" $of }}
{{- end }}
{{- if $values.autoscaling.enabled }}
---
{{ include "frontdesk.autoscaler" $of }}
{{- end }}
{{- end }}

{{/* Pods never speak to the Kubernetes API, so no account gets a token. */}}
{{- define "frontdesk.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "frontdesk.metadata" . | nindent 2 }}
automountServiceAccountToken: false
{{- end }}

{{- define "frontdesk.endpoint" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "frontdesk.metadata" . | nindent 2 }}
spec:
  {{- if .facts.headless }}
  # Callers keep one HTTP/2 connection per address; without a cluster IP they see every pod and spread over them.
  clusterIP: None
  {{- end }}
  selector:
    {{- include "frontdesk.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
  ports:
    {{- range $name, $port := .facts.ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}}
    {{- end }}
    - {name: metrics, port: 9090, targetPort: metrics}
{{- end }}

{{- define "frontdesk.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "frontdesk.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.disruptionBudget.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "frontdesk.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "frontdesk.autoscaler" -}}
{{- $scale := .values.autoscaling -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "frontdesk.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "frontdesk.fullname" .root }}-{{ .component }}
  minReplicas: {{ $scale.minReplicas }}
  maxReplicas: {{ $scale.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ $scale.targetCPUUtilization }}}
  behavior:
    scaleDown:
      stabilizationWindowSeconds: {{ $scale.scaleDownAfterSeconds }}
{{- end }}
