"""The order of fields in Go's structs, for the few answers that kubectl prints from them instead of as they came."""

from typing import Any

ORDERS = {
    "": "kind apiVersion metadata spec data revision status",
    "metadata": "name generateName namespace selfLink uid resourceVersion generation creationTimestamp"
    " deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields",
    "ownerReferences": "apiVersion kind name uid controller blockOwnerDeletion",
    "spec": "replicas minReadySeconds selector template strategy volumes initContainers containers ephemeralContainers"
    " restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName"
    " serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace"
    " securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases"
    " priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy"
    " overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims",
    "containers": "name image command args workingDir ports envFrom env resources resizePolicy restartPolicy"
    " volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath"
    " terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty",
    "ports": "name hostPort containerPort protocol hostIP",
    "env": "name value valueFrom",
    "valueFrom": "fieldRef resourceFieldRef configMapKeyRef secretKeyRef",
    "reference": "apiVersion fieldPath name key optional",
    "resources": "limits requests claims",
    "probe": "exec httpGet tcpSocket grpc initialDelaySeconds timeoutSeconds periodSeconds successThreshold"
    " failureThreshold terminationGracePeriodSeconds",
    "httpGet": "path port host scheme httpHeaders",
    "volumeMounts": "name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr",
    "tolerations": "key operator value effect tolerationSeconds",
    "status": "replicas fullyLabeledReplicas readyReplicas availableReplicas terminatingReplicas observedGeneration"
    " conditions userInfo",
    "conditions": "type status observedGeneration lastProbeTime lastTransitionTime reason message",
    "userInfo": "username uid groups extra",
}
SAME = {
    "initContainers": "containers",
    "ephemeralContainers": "containers",
    "livenessProbe": "probe",
    "readinessProbe": "probe",
    "startupProbe": "probe",
    "fieldRef": "reference",
    "configMapKeyRef": "reference",
    "secretKeyRef": "reference",
}


def in_go_order(value: Any, field: str = "") -> Any:
    """The value with its fields as Go's structs have them; what no struct names is sorted behind."""
    if isinstance(value, list):
        return [in_go_order(one, field) for one in value]
    if not isinstance(value, dict):
        return value
    order = ORDERS.get(SAME.get(field, field), "").split()
    place = {name: at for at, name in enumerate(order)}
    keys = sorted(value, key=lambda key: (place.get(key, len(order)), key))
    return {key: in_go_order(value[key], key) for key in keys}
