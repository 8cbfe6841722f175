{{/* The Deployment of a service and what its pods share with every other pod of the chart. */}}

{{- define "frontdesk.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "frontdesk.metadata" . | nindent 2 }}
spec:
  {{- if not .values.autoscaling.enabled }}
  replicas: {{ .values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  # A pod leaves only after its successor is ready: an upgrade never runs below strength.
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  selector:
    matchLabels:
      {{- include "frontdesk.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  template:
    metadata:
      {{- include "frontdesk.podMetadata" . | nindent 6 }}
    spec:
      {{- include "frontdesk.podSpec" . | nindent 6 }}
      terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
      {{- include "frontdesk.placement" . | nindent 6 }}
      containers:
        - name: {{ .service }}
          args: [serve, {{ .service }}]
          {{- include "frontdesk.container" . | nindent 10 }}
          env:
            {{- include "frontdesk.env" . | nindent 12 }}
          ports:
            {{- range $name, $port := .facts.ports }}
            - {name: {{ $name }}, containerPort: {{ $port }}}
            {{- end }}
            - {name: metrics, containerPort: 9090}
          {{- include "frontdesk.probes" . | nindent 10 }}
          volumeMounts:
            {{- include "frontdesk.mounts" . | nindent 12 }}
      volumes:
        {{- include "frontdesk.volumes" . | nindent 8 }}
{{- end }}

{{/* A changed ConfigMap or trial secret rolls the pods: they read both only when they start. */}}
{{- define "frontdesk.podMetadata" -}}
labels:
  {{- include "frontdesk.labels" . | nindent 2 }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ include "frontdesk.config" .root | sha256sum }}
  {{- with .values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "frontdesk.podSpec" -}}
serviceAccountName: {{ include "frontdesk.fullname" .root }}-{{ .component }}
automountServiceAccountToken: false
# Off, or Kubernetes would add FRONTDESK_GATEWAY_PORT and its like, which read as configuration.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "frontdesk.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "frontdesk.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
  {{- end }}
{{- end }}

{{/* Image, rights and resources of a container. */}}
{{- define "frontdesk.container" -}}
image: {{ include "frontdesk.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
resources: {{ toYaml .values.resources | nindent 2 }}
envFrom:
  - configMapRef:
      name: {{ include "frontdesk.fullname" .root }}-config
{{- end }}

{{/*
A pod gets no traffic before everything it needs has answered once (startup). After that only its own health counts: what
its dependencies suffer, its replicas suffer too, and taking all of them away would refuse what still works, such as
webhooks that are spooled while NATS is away. The pause before the end lets load balancers forget the pod while it serves.
*/}}
{{- define "frontdesk.probes" -}}
startupProbe:
  httpGet: {path: /readyz, port: metrics}
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 150
readinessProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
livenessProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
lifecycle:
  preStop:
    exec: {command: [sleep, "3"]}
{{- end }}

{{/* The root file system is read-only: what is written goes to /tmp. */}}
{{- define "frontdesk.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .facts.identity }}
- {name: identity, mountPath: /var/run/frontdesk/identity, readOnly: true}
{{- end }}
{{- if and .root.Values.trial.enabled (has "storage" (.facts.uses | default list)) }}
- {name: files, mountPath: /files}
{{- end }}
{{- end }}

{{- define "frontdesk.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: {{ .values.temporaryStorage }}}
{{- if .facts.identity }}
{{ include "frontdesk.identityVolume" . }}
{{- end }}
{{- if and .root.Values.trial.enabled (has "storage" (.facts.uses | default list)) }}
- name: files
  persistentVolumeClaim: {claimName: {{ include "frontdesk.fullname" .root }}-files}
{{- end }}
{{- end }}
