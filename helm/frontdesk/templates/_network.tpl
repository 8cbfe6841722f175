{{/*
Who may speak to whom. All pods are denied everything by shared/default-deny.yaml; here a service gets back what its
facts and the facts of its callers name: `reaches` (service: port), `uses`, `fromIngress`, `toInternet`.
*/}}
{{- define "frontdesk.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "frontdesk.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "frontdesk.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- include "frontdesk.network.metrics" . | nindent 4 }}
    {{- if .facts.fromIngress }}
    - from: {{ toYaml .root.Values.network.ingressController | nindent 8 }}
      ports: [{port: http, protocol: TCP}]
    {{- end }}
    {{- include "frontdesk.network.callers" . | nindent 4 }}
  egress:
    {{- include "frontdesk.network.dns" .root | nindent 4 }}
    {{- range $callee, $port := .facts.reaches }}
    - to:
        {{- include "frontdesk.network.pods" (dict "root" $.root "service" $callee) | nindent 8 }}
      ports: [{port: {{ $port }}, protocol: TCP}]
    {{- end }}
    {{- include "frontdesk.network.dependencies" . | nindent 4 }}
    {{- if .facts.toInternet }}
    {{- include "frontdesk.network.internet" .root | nindent 4 }}
    {{- end }}
{{- end }}

{{/* All pods of a service, however many deployments it has. */}}
{{- define "frontdesk.network.pods" -}}
- podSelector:
    matchLabels:
      {{- include "frontdesk.selector" .root | nindent 6 }}
      frontdesk.dev/service: {{ .service }}
{{- end }}

{{- define "frontdesk.network.metrics" -}}
- from: {{ toYaml .root.Values.network.monitoring | nindent 4 }}
  ports: [{port: metrics, protocol: TCP}]
{{- end }}

{{/* Every service and the operator's pod whose facts name this one. */}}
{{- define "frontdesk.network.callers" -}}
{{- $callee := .service -}}
{{- range $caller := append (include "frontdesk.services" .root | fromYamlArray) "operator" }}
{{- $facts := include "frontdesk.facts" (dict "root" $.root "service" $caller) | fromJson }}
{{- with get $facts.reaches $callee }}
- from:
    {{- include "frontdesk.network.pods" (dict "root" $.root "service" $caller) | nindent 4 }}
  ports: [{port: {{ . }}, protocol: TCP}]
{{- end }}
{{- end }}
{{- end }}

{{- define "frontdesk.network.dns" -}}
- to: {{ toYaml .Values.network.dns | nindent 4 }}
  ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
{{- end }}

{{/* PostgreSQL, NATS and their like: in a trial the embedded ones, else the addresses that values name. */}}
{{- define "frontdesk.network.dependencies" -}}
{{- range $dependency := append .facts.uses "tracing" }}
{{- with get $.root.Values.network.dependencies $dependency }}
- to:
    {{- if and $.root.Values.trial.enabled (has $dependency (list "postgresql" "nats" "redis")) }}
    {{- include "frontdesk.network.pods" (dict "root" $.root "service" "embedded") | nindent 4 }}
    {{- else }}
    {{- toYaml .to | nindent 4 }}
    {{- end }}
  ports:
    {{- range .ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* HTTPS to public addresses only, so that no address a customer sends leads into the cluster's own networks. */}}
{{- define "frontdesk.network.internet" -}}
- to:
    - ipBlock: {cidr: 0.0.0.0/0, except: {{ .Values.network.privateRanges.ipv4 | toJson }}}
    - ipBlock: {cidr: "::/0", except: {{ .Values.network.privateRanges.ipv6 | toJson }}}
  ports: [{port: 443, protocol: TCP}]
{{- end }}
