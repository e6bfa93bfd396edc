{{/* nats-server's configuration; accounts and what each user may do come from src/api/rights/. */}}
{{- define "stills.natsConfig" -}}
{{- $permissions := .Files.Get "files/nats-permissions.json" | fromJson -}}
{{- $accounts := .Files.Get "files/nats-accounts.json" | fromJson -}}
{{- $fullname := include "stills.fullname" . -}}
{{- $tls := .Values.nats.tls.enabled -}}
server_name: $POD_NAME
port: 4222
http: "0.0.0.0:8222"
max_payload: 1MB
jetstream { store_dir: "/data/jetstream", max_memory_store: 64MB }
{{- if $tls }}
tls { cert_file: "/etc/nats-tls/tls.crt", key_file: "/etc/nats-tls/tls.key", timeout: 5 }
{{- end }}
{{- if gt (int .Values.nats.replicas) 1 }}
cluster {
  name: "{{ $fullname }}"
  port: 6222
  no_advertise: true
  {{- if $tls }}
  # Between servers both sides show their certificate: nats-server lets no other in.
  tls { cert_file: "/etc/nats-tls/tls.crt", key_file: "/etc/nats-tls/tls.key", ca_file: "/etc/nats-tls/ca.crt", timeout: 5 }
  {{- end }}
  routes: [
    {{- range until (int .Values.nats.replicas) }}
    "nats://{{ $fullname }}-nats-{{ . }}.{{ $fullname }}-nats-peers.{{ $.Release.Namespace }}.svc:6222"
    {{- end }}
  ]
}
{{- end }}
accounts {
  MAIN {
    jetstream: enabled
    {{- include "stills.natsShared" $accounts.MAIN | nindent 4 }}
    users: [
      { user: "controller", password: $NATS_PASSWORD_CONTROLLER, permissions: {{ include "stills.natsUserPermissions" $permissions.controller }} }
    ]
  }
  GATEWAYS {
    {{- include "stills.natsShared" $accounts.GATEWAYS | nindent 4 }}
    users: [
      { user: "gateway", password: $NATS_PASSWORD_GATEWAY, permissions: {{ include "stills.natsUserPermissions" $permissions.gateway }} }
    ]
  }
  WORKERS {
    {{- include "stills.natsShared" $accounts.WORKERS | nindent 4 }}
    users: [
      {{- range include "stills.natsPools" . | fromJsonArray }}
      {{- $own := index $permissions "worker" | toJson | replace "<pool>" . | replace "\\u003cpool\\u003e" . | fromJson }}
      { user: "worker-{{ . }}", password: $NATS_PASSWORD_WORKER_{{ . | upper | replace "-" "_" }}, permissions: {{ include "stills.natsUserPermissions" $own }} }
      {{- end }}
    ]
  }
}
{{- end }}

{{- define "stills.natsShared" -}}
exports: [
  {{- range .exports }}
  {{ toRawJson . }}
  {{- end }}
]
imports: [
  {{- range .imports }}
  {{ toRawJson . }}
  {{- end }}
]
{{- end }}

{{- define "stills.natsUserPermissions" -}}
{ publish: {{ toRawJson .publish }}, subscribe: {{ toRawJson .subscribe }}{{ if .mayRespond }}, allow_responses: true{{ end }} }
{{- end }}
