{{/* nats-server's configuration; accounts and what each user may do come from src/api/rights/. */}}
{{- define "stills.natsConfig" -}}
{{- $permissions := .Files.Get "files/nats-permissions.json" | fromJson -}}
{{- $accounts := .Files.Get "files/nats-accounts.json" | fromJson -}}
{{- $callout := .Files.Get "files/nats-callout.json" | fromJson -}}
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
system_account: {{ $callout.systemAccount }}
# Workers are no users: they show the token of their pod, and the server asks a controller whose it is. A user that is not named here
# would be asked about, too.
authorization {
  timeout: {{ $callout.timeout | int }}
  auth_callout { issuer: $NATS_CALLOUT_ISSUER, account: {{ $callout.account }}, auth_users: [controller, gateway] }
}
accounts {
  {{ $callout.systemAccount }} {
    {{- include "stills.natsShared" (index $accounts $callout.systemAccount) | nindent 4 }}
  }
  MAIN {
    jetstream: enabled
    {{- include "stills.natsShared" $accounts.MAIN | nindent 4 }}
    users: [
      {{- $own := $permissions.controller }}
      {{- $more := $callout.controller }}
      {{- $all := dict "publish" (concat $own.publish $more.publish) "subscribe" (concat $own.subscribe $more.subscribe) "mayRespond" true }}
      { user: "controller", password: $NATS_PASSWORD_CONTROLLER, permissions: {{ include "stills.natsUserPermissions" $all }} }
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
