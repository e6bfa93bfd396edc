{{- define "stills.name" -}}
{{- default "stills" .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "stills.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains "stills" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-stills" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What selects: never changes during the life of a release. */}}
{{- define "stills.selector" -}}
app.kubernetes.io/name: {{ include "stills.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "stills.labels" -}}
{{ include "stills.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: stills
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* (dict "root" $ "component" "gateway") */}}
{{- define "stills.metadata" -}}
name: {{ include "stills.fullname" .root }}-{{ .component }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "stills.labels" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* (dict "image" .Values.image "root" $) */}}
{{- define "stills.image" -}}
{{ .image.repository }}:{{ default .root.Chart.AppVersion .image.tag }}
{{- end }}

{{- define "stills.natsHost" -}}
{{ include "stills.fullname" . }}-nats.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "stills.natsURL" -}}
{{- if .Values.nats.enabled -}}
{{ ternary "tls" "nats" .Values.nats.tls.enabled }}://{{ include "stills.natsHost" . }}:4222
{{- else -}}
{{ required "nats.external.url: with nats.enabled=false the chart needs the URL of your NATS server, such as tls://nats.example.com:4222" .Values.nats.external.url }}
{{- end -}}
{{- end }}

{{/* Three copies survive the loss of a server; five would make every write wait for three servers instead of two. */}}
{{- define "stills.streamReplicas" -}}
{{- if .Values.nats.enabled }}{{ min .Values.nats.replicas 3 }}{{ else }}{{ int .Values.nats.external.streamReplicas }}{{ end -}}
{{- end }}

{{/* JSON of {name, key}, or {} where the authorities of the system will do. */}}
{{- define "stills.natsCA" -}}
{{- if .Values.nats.enabled -}}
{{- if .Values.nats.tls.enabled }}{{ dict "name" (printf "%s-nats-tls" (include "stills.fullname" .)) "key" "ca.crt" | toJson }}{{ else }}{}{{ end -}}
{{- else if .Values.nats.external.caSecret.name -}}
{{ dict "name" .Values.nats.external.caSecret.name "key" .Values.nats.external.caSecret.key | toJson }}
{{- else -}}{}{{- end -}}
{{- end }}

{{- define "stills.natsPasswordPrefix" -}}
{{- $own := printf "%s-nats-" (include "stills.fullname" .) -}}
{{- if .Values.nats.enabled }}{{ $own }}{{ else }}{{ default $own .Values.nats.external.passwordSecretPrefix }}{{ end -}}
{{- end }}

{{- define "stills.egressURL" -}}
http://{{ include "stills.fullname" . }}-egress.{{ .Release.Namespace }}.svc:3128
{{- end }}

{{- define "stills.gatewayURL" -}}
{{- if .Values.gateway.publicURL -}}
{{ .Values.gateway.publicURL }}
{{- else if .Values.gateway.ingress.enabled -}}
{{ ternary "https" "http" (ne .Values.gateway.ingress.tlsSecretName "") }}://{{ .Values.gateway.ingress.host }}
{{- else -}}
http://{{ include "stills.fullname" . }}-gateway.{{ .Release.Namespace }}.svc:{{ .Values.gateway.service.port }}
{{- end -}}
{{- end }}

{{/* "true" where the demo store is used. */}}
{{- define "stills.demoStore" -}}
{{- if not .Values.store.endpoint -}}
{{- if not .Values.demoStore.enabled -}}
{{- fail "store.endpoint is empty and demoStore.enabled is false: pictures would have no place. Set store.endpoint and store.secret.name, or demoStore.enabled=true for a trial" -}}
{{- end -}}
true
{{- end -}}
{{- end }}

{{- define "stills.storeEndpoint" -}}
{{- if include "stills.demoStore" . -}}
http://{{ include "stills.fullname" . }}-store.{{ .Release.Namespace }}.svc:7070
{{- else -}}
{{ .Values.store.endpoint }}
{{- end -}}
{{- end }}

{{/* JSON of {name, accessKeyIDKey, secretAccessKeyKey}; (dict "root" $ "forGateway" true) */}}
{{- define "stills.storeSecret" -}}
{{- $store := .root.Values.store -}}
{{- if include "stills.demoStore" .root -}}
{{ dict "name" (printf "%s-store%s" (include "stills.fullname" .root) (ternary "-reader" "" .forGateway)) "accessKeyIDKey" "accessKeyID" "secretAccessKeyKey" "secretAccessKey" | toJson }}
{{- else if and .forGateway $store.gatewaySecret.name -}}
{{ toJson $store.gatewaySecret }}
{{- else -}}
{{ dict "name" (required "store.secret.name: an external store (store.endpoint) needs the name of a Secret with its keys" $store.secret.name) "accessKeyIDKey" $store.secret.accessKeyIDKey "secretAccessKeyKey" $store.secret.secretAccessKeyKey | toJson }}
{{- end -}}
{{- end }}

{{/* Where accounts and their Secrets are. */}}
{{- define "stills.accountsNamespace" -}}
{{- $release := ternary (include "stills.fullname" .) (include "stills.clusterName" .) (eq .Release.Name "stills") -}}
{{- $preset := printf "%s-accounts" ($release | trunc 54 | trimSuffix "-") -}}
{{- $name := default $preset .Values.accountsNamespace.name -}}
{{- if eq $name .Release.Namespace -}}
{{- fail "accountsNamespace.name: the gateway may read every Secret there, so it cannot be the namespace of the release" -}}
{{- end -}}
{{- if has $name (include "stills.tenantNamespaces" . | fromJsonArray) -}}
{{- fail (printf "accountsNamespace.name: %q is a namespace of jobs (account.namespace or tenantNamespaces), whose users could read the keys of accounts" $name) -}}
{{- end -}}
{{- $name -}}
{{- end }}

{{/* JSON list of the namespaces of tenants. */}}
{{- define "stills.tenantNamespaces" -}}
{{- $own := ternary (list .Values.account.namespace) list .Values.account.enabled -}}
{{ concat .Values.tenantNamespaces $own | uniq | sortAlpha | toJson }}
{{- end }}

{{/* Only where a cluster answers: `helm template` knows of none. (dict "setting" "nats.persistence" "values" .Values.nats.persistence) */}}
{{- define "stills.checkStorageClass" -}}
{{- $name := .values.storageClassName -}}
{{- if and .values.enabled $name (lookup "v1" "Namespace" "" "kube-system") -}}
{{- if not (lookup "storage.k8s.io/v1" "StorageClass" "" $name) -}}
{{- $names := list -}}
{{- range (lookup "storage.k8s.io/v1" "StorageClass" "" "").items }}{{ $names = append $names .metadata.name }}{{ end -}}
{{- fail (printf "%s.storageClassName: this cluster has no storage class %q, so the volume would never come. There are: %s" .setting $name (default "none" (join ", " $names))) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Roles are made in them, after half of the rest. */}}
{{- define "stills.checkNamespaces" -}}
{{- if lookup "v1" "Namespace" "" "kube-system" -}}
{{- range .Values.tenantNamespaces }}
{{- if not (lookup "v1" "Namespace" "" .) }}{{ fail (printf "tenantNamespaces: this cluster has no namespace %q; create it first, or take it out of the list" .) }}{{ end -}}
{{- end -}}
{{- $accounts := include "stills.accountsNamespace" . -}}
{{- if and (not .Values.accountsNamespace.create) (not (lookup "v1" "Namespace" "" $accounts)) -}}
{{- fail (printf "accountsNamespace.name: this cluster has no namespace %q; create it first, or set accountsNamespace.create=true" $accounts) -}}
{{- end -}}
{{- with .Values.account -}}
{{- if and .enabled (not .createNamespace) (not (lookup "v1" "Namespace" "" .namespace)) -}}
{{- fail (printf "account.namespace: this cluster has no namespace %q; create it first, or set account.createNamespace=true" .namespace) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "stills.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "stills.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "stills.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The last lines of a container that has ended are in `kubectl describe pod`. */}}
{{- define "stills.probes" -}}
terminationMessagePolicy: FallbackToLogsOnError
startupProbe:
  httpGet: { path: /livez, port: metrics }
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /livez, port: metrics }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: metrics }
  periodSeconds: 3
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}

{{/* Where pods go; (dict "root" $ "component" "gateway" "values" .Values.gateway) */}}
{{- define "stills.placement" -}}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
topologySpreadConstraints:
{{- if .values.topologySpreadConstraints }}
  {{- toYaml .values.topologySpreadConstraints | nindent 2 }}
{{- else }}
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "stills.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
  {{- end }}
{{- end }}
{{- end }}

{{/* NATS settings of controller and gateway; (dict "root" $ "user" "gateway") */}}
{{- define "stills.natsEnv" -}}
- { name: STILLS_NATS_URL, value: {{ include "stills.natsURL" .root | quote }} }
- { name: STILLS_NATS_PASSWORD_FILE, value: /var/run/stills/nats/password }
{{- if (include "stills.natsCA" .root | fromJson).name }}
- { name: STILLS_NATS_CA_FILE, value: /var/run/stills/nats-ca/ca.crt }
{{- end }}
{{- end }}

{{- define "stills.natsMounts" -}}
- { name: nats, mountPath: /var/run/stills/nats, readOnly: true }
{{- if (include "stills.natsCA" .root | fromJson).name }}
- { name: nats-ca, mountPath: /var/run/stills/nats-ca, readOnly: true }
{{- end }}
{{- end }}

{{- define "stills.natsVolumes" -}}
- name: nats
  secret: { secretName: {{ include "stills.natsPasswordPrefix" .root }}{{ .user }}, items: [{ key: password, path: password }] }
{{- with include "stills.natsCA" .root | fromJson }}
{{- if .name }}
- name: nats-ca
  secret: { secretName: {{ .name }}, items: [{ key: {{ .key }}, path: ca.crt }] }
{{- end }}
{{- end }}
{{- end }}

{{- define "stills.storeEnv" -}}
- { name: STILLS_STORE_ENDPOINT, value: {{ include "stills.storeEndpoint" . | quote }} }
- { name: STILLS_STORE_REGION, value: {{ .Values.store.region | quote }} }
- { name: STILLS_STORE_BUCKET, value: {{ .Values.store.bucket | quote }} }
- { name: STILLS_STORE_ACCESS_KEY_ID_FILE, value: /var/run/stills/store/accessKeyID }
- { name: STILLS_STORE_SECRET_ACCESS_KEY_FILE, value: /var/run/stills/store/secretAccessKey }
{{- end }}

{{- define "stills.storeVolume" -}}
{{- $secret := include "stills.storeSecret" . | fromJson -}}
- name: store
  secret:
    secretName: {{ $secret.name }}
    items:
      - { key: {{ $secret.accessKeyIDKey }}, path: accessKeyID }
      - { key: {{ $secret.secretAccessKeyKey }}, path: secretAccessKey }
{{- end }}

{{/* A Secret whose key becomes a file; (dict "root" $ "name" "link-key" "key" "key") */}}
{{- define "stills.keyVolume" -}}
- name: {{ .name }}
  secret: { secretName: {{ include "stills.fullname" .root }}-{{ .name }}, items: [{ key: {{ .key }}, path: {{ .key }} }] }
{{- end }}

{{/* For gateway and controller. Without the time, every job needs a proof. */}}
{{- define "stills.jobProofEnv" -}}
- { name: STILLS_JOB_PROOF_KEY_FILE, value: /var/run/stills/job-proof-key/key }
- name: STILLS_JOB_PROOF_REQUIRED_FROM
  valueFrom: { secretKeyRef: { name: {{ include "stills.fullname" . }}-job-proof-key, key: requiredFrom, optional: true } }
{{- end }}

{{/* What is the same in the Deployments of controller, gateway and egress. */}}
{{- define "stills.deploymentHead" -}}
revisionHistoryLimit: 5
{{- /* Two that write `replicas` would undo each other's. */}}
{{- if not (dig .component "enabled" false .root.Values.autoscaling) }}
replicas: {{ .values.replicas }}
{{- end }}
strategy:
  rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
selector:
  matchLabels:
    {{- include "stills.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Without the chart's version: a new one alone restarts no NATS and no store. */}}
{{- define "stills.podMetadata" -}}
labels:
  {{- include "stills.selector" .root | nindent 2 }}
  {{- with .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  app.kubernetes.io/component: {{ .component }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- if or .values.podAnnotations .checksum }}
annotations:
  {{- with .checksum }}
  checksum/config: {{ . }}
  {{- end }}
  {{- with .values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* What is in no namespace, or in one of a tenant, needs a name that no other release has; two of the same name differ by their namespace. */}}
{{- define "stills.clusterName" -}}
{{ include "stills.fullname" . }}-{{ .Release.Namespace }}
{{- end }}

{{/* Only where a cluster answers. An installation has its namespace for itself, and its class; controllers see to the class as well. */}}
{{- define "stills.checkInstallations" -}}
{{- if lookup "v1" "Namespace" "" "kube-system" -}}
{{- range (lookup "apps/v1" "Deployment" .Release.Namespace "").items -}}
{{- $labels := default dict .metadata.labels -}}
{{- $isController := and (eq (dig "app.kubernetes.io/part-of" "" $labels) "stills") (eq (dig "app.kubernetes.io/component" "" $labels) "controller") -}}
{{- if and $isController (ne (index $labels "app.kubernetes.io/instance") $.Release.Name) -}}
{{- fail (printf "the namespace %q has an installation of Stills already, the release %q: upgrade that one, or install this one in a namespace of its own" $.Release.Namespace (index $labels "app.kubernetes.io/instance")) -}}
{{- end -}}
{{- end -}}
{{- if .Capabilities.APIVersions.Has "stills.dev/v1alpha1/ScreenshotClass" -}}
{{- with lookup "stills.dev/v1alpha1" "ScreenshotClass" "" .Values.className -}}
{{- $holder := .spec.holder -}}
{{- $present := lookup "v1" "Namespace" "" $holder.namespace -}}
{{- if and $present (ne $holder.namespace $.Release.Namespace) (eq $present.metadata.uid $holder.namespaceUID) -}}
{{- fail (printf "className: the class %q is held by the installation in the namespace %q; give this one another className. If that one was uninstalled: kubectl delete screenshotclass %s" $.Values.className $holder.namespace $.Values.className) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* When and in which order; (list "post-upgrade" "5") */}}
{{- define "stills.hook" -}}
helm.sh/hook: {{ first . }}
helm.sh/hook-weight: {{ last . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/* JSON list: off a node that is gone after five seconds, instead of the five minutes that pods have by default. */}}
{{- define "stills.natsTolerations" -}}
{{- $own := list -}}
{{- range list "node.kubernetes.io/not-ready" "node.kubernetes.io/unreachable" -}}
{{- $own = append $own (dict "key" . "operator" "Exists" "effect" "NoExecute" "tolerationSeconds" 5) -}}
{{- end -}}
{{ concat $own .Values.nats.tolerations | toJson }}
{{- end }}
