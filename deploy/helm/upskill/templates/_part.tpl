{{/* Labels of a part; call with (dict "root" $ "part" "skills"). */}}
{{- define "upskill.labels" -}}
app.kubernetes.io/name: upskill
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{/* The container of a part, as it serves and as it migrates. */}}
{{- define "upskill.container" -}}
name: {{ .part }}
image: "{{ .root.Values.image.registry }}/upskill-{{ .part }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: 10001
  capabilities: {drop: [ALL]}
env:
  - name: UPSKILL_DATABASE_URL
    valueFrom: {secretKeyRef: {name: {{ .root.Values.existingSecret }}, key: database-url}}
  - {name: UPSKILL_KEYS_FILE, value: /run/upskill/keys.json}
  - {name: UPSKILL_PUBLIC_URL, value: {{ .root.Values.publicUrl | quote }}}
  - {name: UPSKILL_LOG_LEVEL, value: {{ .root.Values.logLevel | quote }}}
  {{- range $service := list "skills" "programs" "enrollment" }}
  - {name: UPSKILL_{{ upper $service }}_URL, value: "http://{{ $.root.Release.Name }}-{{ $service }}:8000"}
  {{- end }}
  {{- if eq .part "gateway" }}
  - name: UPSKILL_ADMIN_KEY
    valueFrom: {secretKeyRef: {name: {{ .root.Values.existingSecret }}, key: admin-key}}
  {{- end }}
  {{- range $name, $value := .root.Values.environment }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
  {{- end }}
volumeMounts:
  - {name: keys, mountPath: /run/upskill, readOnly: true}
  - {name: scratch, mountPath: /var/lib/upskill}
  - {name: scratch, mountPath: /tmp}
{{- end }}

{{- define "upskill.volumes" -}}
- name: keys
  secret:
    secretName: {{ .Values.existingSecret }}
    items: [{key: keys.json, path: keys.json}]
- name: scratch
  emptyDir: {}
{{- end }}
