"""The manifests, judged by the schemas of Kubernetes, and held against each other and the daemon."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from briefmill import __version__
from briefmill.settings import Settings

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
FILES = sorted(FOLDER.glob("*.yaml"))
OURS = [path for path in FILES if path.name != "service-monitor.yaml"]
OLDEST, NEWEST = "1.28", kubernetes_validate.latest_version()
"""Of the versions that the pages name, and that the schemas are there for."""


def load(name):
    # As kubectl reads it: YAML 1.1.
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def pod(name):
    return load(name)["spec"]["template"]["spec"]


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_kubernetes_knows_every_field(path, version):
    kubernetes_validate.validate(load(path.stem), version, strict=True)


def test_a_field_that_kubernetes_does_not_know_would_be_seen():
    wrong = load("deployment")
    wrong["spec"]["replica"] = 2

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, NEWEST, strict=True)


@pytest.mark.parametrize("name", ["deployment", "init"])
def test_each_pod_is_shut_in(name):
    spec = pod(name)

    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == spec["securityContext"]["fsGroup"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["image"] == f"briefmill:{__version__}"
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", ["deployment", "init"])
def test_whatever_is_mounted_is_declared(name):
    spec = pod(name)

    for container in spec["containers"]:
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in spec["volumes"]}
        assert {"/data", "/tmp"} <= {mount["mountPath"] for mount in container["volumeMounts"]}
    claims = [
        volume["persistentVolumeClaim"]["claimName"] for volume in spec["volumes"] if "persistentVolumeClaim" in volume
    ]
    assert claims == [load("storage")["metadata"]["name"]]


def test_there_is_never_a_second_daemon_on_the_database():
    spec = load("deployment")["spec"]

    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}
    assert load("storage")["spec"]["accessModes"] == ["ReadWriteOnce"]


def test_a_stop_waits_for_longer_than_the_drain(tmp_path):
    assert pod("deployment")["terminationGracePeriodSeconds"] > Settings.load(tmp_path, {}).engine.drain_s


def test_its_settings_exist_and_workers_fit_the_limit(tmp_path):
    settings = Settings.load(tmp_path, load("config")["data"])
    (container,) = pod("deployment")["containers"]

    assert settings.engine.workers == int(container["resources"]["limits"]["cpu"])
    assert container["envFrom"] == [{"configMapRef": {"name": load("config")["metadata"]["name"]}}]


def test_the_key_may_be_missing_and_is_read_from_a_file(tmp_path):
    (container,) = pod("deployment")["containers"]
    (secret,) = [volume["secret"] for volume in pod("deployment")["volumes"] if "secret" in volume]
    (mount,) = [mount for mount in container["volumeMounts"] if mount["name"] == "credentials"]

    assert secret["optional"] is True
    assert secret["defaultMode"] == 0o440
    assert container["env"] == [{"name": "CREDENTIALS_DIRECTORY", "value": mount["mountPath"]}]
    assert not Settings.load(tmp_path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}).openai.api_key


def test_a_pause_takes_readiness_and_never_the_life():
    (container,) = pod("deployment")["containers"]
    asked = {probe: container[probe]["httpGet"]["path"] for probe in container if probe.endswith("Probe")}

    assert asked == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    assert load("service")["spec"]["publishNotReadyAddresses"] is True


def test_service_monitor_budget_and_policy_choose_the_daemons_pod():
    labels = load("deployment")["spec"]["template"]["metadata"]["labels"]
    service = load("service")
    monitor = load("service-monitor")
    chosen = [
        (service["spec"]["selector"], labels),
        (load("deployment")["spec"]["selector"]["matchLabels"], labels),
        (load("disruption-budget")["spec"]["selector"]["matchLabels"], labels),
        (load("network-policy")["spec"]["podSelector"]["matchLabels"], labels),
        (monitor["spec"]["selector"]["matchLabels"], service["metadata"]["labels"]),
    ]

    assert all(wanted and wanted.items() <= found.items() for wanted, found in chosen)
    assert service["spec"]["selector"].items() - load("init")["spec"]["template"]["metadata"]["labels"].items()
    assert [endpoint["port"] for endpoint in monitor["spec"]["endpoints"]] == [
        port["name"] for port in service["spec"]["ports"]
    ]


def test_the_policy_lets_the_metrics_in_and_names_and_https_out():
    spec = load("network-policy")["spec"]
    (container,) = pod("deployment")["containers"]

    assert set(spec["policyTypes"]) == {"Ingress", "Egress"}
    assert [port["port"] for rule in spec["ingress"] for port in rule["ports"]] == [
        port["containerPort"] for port in container["ports"]
    ]
    assert {port["port"] for rule in spec["egress"] for port in rule["ports"]} == {53, 443}


def test_a_node_can_be_drained():
    assert load("disruption-budget")["spec"]["maxUnavailable"] >= 1
