{{/* src/api/settings/worker-pod-settings.ts says what may be in it. */}}
{{- define "stills.workerPods" -}}
{{- $fullname := include "stills.fullname" . -}}
{{- $ca := include "stills.natsCA" . | fromJson -}}
namePrefix: {{ $fullname }}-pool-
labels:
  {{- include "stills.selector" . | nindent 2 }}
image: {{ include "stills.image" (dict "image" .Values.worker.image "root" .) }}
imagePullPolicy: {{ .Values.worker.image.pullPolicy }}
imagePullSecrets:
{{- if .Values.imagePullSecrets }}
{{- range .Values.imagePullSecrets }}
  - {{ .name }}
{{- end }}
{{- else }} []
{{- end }}
serviceAccountName: {{ $fullname }}-worker
natsURL: {{ include "stills.natsURL" . }}
{{- if $ca.name }}
natsCASecret: { name: {{ $ca.name }}, key: {{ $ca.key }} }
{{- end }}
{{- if not .Values.nats.enabled }}
natsPasswordSecretPrefix: {{ include "stills.natsPasswordPrefix" . }}worker-
{{- end }}
egressURL: {{ include "stills.egressURL" . }}
allowDNS: {{ .Values.worker.allowDNS }}
seccompProfile:
  type: {{ .Values.seccomp.type }}
  {{- if eq .Values.seccomp.type "Localhost" }}
  localhostProfile: {{ .Values.seccomp.profile }}
  {{- end }}
requireNetworkPolicy: {{ .Values.worker.requireNetworkPolicy }}
forbiddenAddresses: {{ toJson .Values.worker.forbiddenAddresses }}
sharedMemory: {{ .Values.worker.sharedMemory }}
logLevel: {{ default .Values.logLevel .Values.worker.logLevel }}
encoderMemoryMebibytes: {{ .Values.worker.encoderMemoryMebibytes | int }}
scaleDownAfterSeconds: {{ .Values.worker.scaleDownAfterSeconds | int }}
{{- end }}
