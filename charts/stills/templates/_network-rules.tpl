{{/* Peers: (dict "root" $ "components" (list …)) */}}
{{- define "stills.peers" -}}
{{- range .components }}
- podSelector:
    matchLabels:
      {{- include "stills.selector" $.root | nindent 6 }}
      app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "stills.ingressTo.controller" }}{{ end }}
{{- define "stills.ingressTo.worker" }}{{ end }}
{{- define "stills.ingressTo.gateway" }}
- ports: [{ port: 8080 }]
  {{- with .root.Values.gateway.allowedFrom }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- define "stills.ingressTo.egress" }}
- ports: [{ port: 3128 }]
  from:
    {{- include "stills.peers" (dict "root" .root "components" (list "worker" "gateway")) | nindent 4 }}
{{- end }}
{{- define "stills.ingressTo.nats" }}
- ports: [{ port: 4222 }]
  from:
    {{- include "stills.peers" (dict "root" .root "components" (list "controller" "gateway" "worker")) | nindent 4 }}
{{- if gt (int .root.Values.nats.replicas) 1 }}
- ports: [{ port: 6222 }]
  from:
    {{- include "stills.peers" (dict "root" .root "components" (list "nats")) | nindent 4 }}
{{- end }}
{{- end }}
{{- define "stills.ingressTo.store" }}
- ports: [{ port: 7070 }]
  from:
    {{- include "stills.peers" (dict "root" .root "components" (list "controller" "gateway" "egress")) | nindent 4 }}
{{- end }}

{{- define "stills.toDNS" }}
- ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP }]
{{- end }}
{{/* A NetworkPolicy cannot name the API server. */}}
{{- define "stills.toAPIServer" }}
- ports: [{ port: 443 }, { port: 6443 }]
  {{- with .root.Values.apiServer.cidrs }}
  to:
    {{- range . }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  {{- end }}
{{- end }}
{{- define "stills.toNATS" }}
- ports: [{ port: {{ .natsPort }} }]
  {{- if .root.Values.nats.enabled }}
  to:
    {{- include "stills.peers" (dict "root" .root "components" (list "nats")) | nindent 4 }}
  {{- end }}
{{- end }}
{{- define "stills.toEgress" }}
- ports: [{ port: 3128 }]
  to:
    {{- include "stills.peers" (dict "root" .root "components" (list "egress")) | nindent 4 }}
{{- end }}
{{/* To the store, wherever it is. `anywhere`: to its port at any address when only its name is known. */}}
{{- define "stills.toStore" }}
{{- $url := urlParse (include "stills.storeEndpoint" .root) }}
{{- $host := regexReplaceAll ":[0-9]+$" $url.host "" }}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "443" "80" (eq $url.scheme "https")) }}
{{- if include "stills.demoStore" .root }}
- ports: [{ port: 7070 }]
  to:
    {{- include "stills.peers" (dict "root" .root "components" (list "store")) | nindent 4 }}
{{- else if .root.Values.store.cidrs }}
- ports: [{ port: {{ $port }} }]
  to:
    {{- range .root.Values.store.cidrs }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
{{- else if regexMatch "^[0-9]+(\\.[0-9]+){3}$" $host }}
- ports: [{ port: {{ $port }} }]
  to: [{ ipBlock: { cidr: "{{ $host }}/32" } }]
{{- else if or (not (contains "." $host)) (regexMatch "^[^.]+\\.[^.]+(\\.svc(\\..+)?)?$" $host) }}
{{- /* A Service: its pods may listen on another port than it. */}}
{{- $labels := splitList "." $host }}
- to:
    - namespaceSelector:
        matchLabels: { kubernetes.io/metadata.name: {{ gt (len $labels) 1 | ternary (index (append $labels "") 1) .root.Release.Namespace }} }
{{- if and .anywhere (eq (len $labels) 2) }}
- ports: [{ port: {{ $port }} }]
{{- end }}
{{- else if .anywhere }}
- ports: [{ port: {{ $port }} }]
{{- end }}
{{- end }}

{{- define "stills.egressOf.controller" }}
{{- include "stills.toDNS" . }}
{{- include "stills.toAPIServer" . }}
{{- include "stills.toNATS" . }}
{{- include "stills.toStore" (merge (dict "anywhere" true) .) }}
{{- end }}
{{- define "stills.egressOf.gateway" }}
{{- include "stills.toDNS" . }}
{{- include "stills.toAPIServer" . }}
{{- include "stills.toNATS" . }}
{{- include "stills.toEgress" . }}
{{- include "stills.toStore" (merge (dict "anywhere" true) .) }}
{{- end }}
{{- define "stills.egressOf.worker" }}
{{- if .root.Values.worker.allowDNS }}
{{- include "stills.toDNS" . }}
{{- end }}
{{- include "stills.toNATS" . }}
{{- include "stills.toEgress" . }}
{{- end }}
{{- define "stills.egressOf.nats" }}
{{- if gt (int .root.Values.nats.replicas) 1 }}
{{- include "stills.toDNS" . }}
- ports: [{ port: 6222 }]
  to:
    {{- include "stills.peers" (dict "root" .root "components" (list "nats")) | nindent 4 }}
{{- end }}
{{- end }}
{{- define "stills.egressOf.store" }}{{ end }}
{{/* Public addresses; the proxy itself looks closer. */}}
{{- define "stills.egressOf.egress" }}
{{- include "stills.toDNS" . }}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/4, 240.0.0.0/4]
    - ipBlock: { cidr: "2000::/3" }
{{- range .root.Values.egress.allowCIDRs }}
{{- $port := regexFind "/[0-9]+:[0-9]+$" . | splitList ":" | last }}
- to: [{ ipBlock: { cidr: {{ regexReplaceAll "(/[0-9]+):[0-9]+$" . "$1" | quote }} } }]
  {{- if $port }}
  ports: [{ port: {{ $port }} }]
  {{- end }}
{{- end }}
{{- include "stills.toStore" (merge (dict "anywhere" false) .) }}
{{- end }}
