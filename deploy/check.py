#!/usr/bin/env python3
"""Checks the files of this folder: each by its own linter or parser, and all of them against what the server offers.

    python deploy/check.py              checks with the tools that are there, and names the others
    python deploy/check.py --require    fails if a tool of requirements.txt is not there
    python deploy/check.py --metrics FILE --segue BINARY
                                        also holds the tables below against GET /metrics of a running server,
                                        saved to FILE, and against the options of the command

promtool and systemd-analyze come with no package of Python and are never required.
"""

import argparse
import importlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

DEPLOY = pathlib.Path(__file__).resolve().parent

# The keys of the configuration, with the defaults that other files here rely on; None means any value.
SETTINGS = {
    "index": "catalogue.segue",
    "in_memory": None,
    "watch_interval": None,
    "listen": "127.0.0.1:8080",
    "health_listen": None,
    "public_url": None,
    "page": None,
    "keys": None,
    "key_rate": None,
    "tls_cert": None,
    "tls_key": None,
    "cors": None,
    "log_format": "text",
    "log_level": None,
    "log_requests": None,
    "threads": None,
    "max_connections": None,
    "max_connections_per_address": None,
    "max_queries": None,
    "max_k": None,
    "max_body": None,
    "max_playlist": None,
    "max_url": None,
    "request_timeout": None,
    "client_timeout": None,
    "drain_timeout": 10,
}
VARIABLES = {f"SEGUE_{key.upper()}" for key in SETTINGS} | {"SEGUE_CONFIG"}
FLAGS = {f"--{key.replace('_', '-')}" for key in SETTINGS} | {"--config", "--print-config", "--check-health"}
HEALTH = {"/health/live", "/health/ready"}

# The metrics of the server and their labels.
HISTOGRAMS = {"segue_http_request_duration_seconds": {"route"}}
METRICS = {
    "segue_http_requests_total": {"route", "method", "status"},
    "segue_http_requests_in_flight": set(),
    "segue_http_refused_total": {"reason"},
    "segue_connections": set(),
    "segue_queries_total": {"kind"},
    "segue_query_candidates_total": set(),
    "segue_index_generation": set(),
    "segue_index_tracks": set(),
    "segue_index_opened_timestamp_seconds": set(),
    "segue_index_reloads_total": {"result"},
    "process_resident_memory_bytes": set(),
    "process_start_time_seconds": set(),
}
for _name, _labels in HISTOGRAMS.items():
    METRICS |= {f"{_name}_bucket": _labels | {"le"}, f"{_name}_sum": _labels, f"{_name}_count": _labels}
# Series and labels that Prometheus adds.
SCRAPED = METRICS | {"up": set()}
SCRAPE_LABELS = {"job", "instance"}


class Missing(Exception):
    """A tool that is not installed."""


def package(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Missing(name) from None


def tool(name):
    """The path of a program, also of one in a virtual environment that is not activated."""
    beside = pathlib.Path(sys.executable).parent / name
    path = str(beside) if beside.exists() else shutil.which(name)
    if path is None:
        raise Missing(name)
    return path


def run(*command):
    """The exit status of a command, and all that it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout.strip()


def failure(*command):
    """What a command printed, if it failed."""
    status, output = run(*command)
    return [] if status == 0 else [output or f"{command[0]} exits {status}"]


def unknown_variables(names):
    ours = (name for name in names if name.startswith("SEGUE_"))
    return [f"{name} is no variable of the server" for name in ours if name not in VARIABLES]


def no_twins(pairs):
    """An object of JSON; the parser would keep the last of two equal keys without a word."""
    keys = [key for key, _ in pairs]
    twins = sorted({key for key in keys if keys.count(key) > 1})
    if twins:
        raise ValueError(f"there twice: {', '.join(twins)}")
    return dict(pairs)


def yaml_documents(name):
    yaml = package("yaml")

    class Loader(yaml.SafeLoader):
        pass

    def mapping(loader, node):
        return no_twins([[loader.construct_object(part, True) for part in pair] for pair in node.value])

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    return list(yaml.load_all((DEPLOY / name).read_text(), Loader))


# PromQL


def promql(text):
    """What is wrong with an expression: its grammar, or a metric or label that nobody exports."""
    parser = package("promql_parser")
    try:
        tree = parser.parse(text.replace("$__rate_interval", "5m"))
    except Exception as error:
        return [f"{error}: {text}"]
    problems, labels = [], set(SCRAPE_LABELS)

    def selectors(node):
        if isinstance(node, parser.VectorSelector):
            known = SCRAPED.get(node.name)
            if known is None:
                problems.append(f"no metric {node.name}: {text}")
                return
            labels.update(known)
            for matcher in node.matchers.matchers:
                if matcher.name not in known | SCRAPE_LABELS:
                    problems.append(f"{node.name} has no label {matcher.name}: {text}")

    def grouping(node):
        modifier = node.modifier if isinstance(node, parser.AggregateExpr) else None
        for label in modifier.labels if modifier else []:
            if label not in labels:
                problems.append(f"nothing here has a label {label}: {text}")

    parser.walk(tree, selectors)
    parser.walk(tree, grouping)
    return problems


# The unit


def unit_settings():
    section, found = None, {}
    for line in (DEPLOY / "segue.service").read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault((section, key), []).append(value)
    service = {key: values for (part, key), values in found.items() if part == "Service"}
    start = service["ExecStart"][0].split()
    problems = [] if start[1:2] == ["serve"] else [f"ExecStart does not serve: {' '.join(start)}"]
    problems += [f"serve has no option {word}" for word in start[2:] if word.startswith("--") and word not in FLAGS]
    problems += unknown_variables(
        pair.partition("=")[0] for line in service.get("Environment", []) for pair in line.split()
    )
    if int(service["TimeoutStopSec"][0]) <= SETTINGS["drain_timeout"]:
        problems.append("TimeoutStopSec leaves no time to drain")
    if "-HUP" not in service["ExecReload"][0].split():
        problems.append("ExecReload sends no SIGHUP")
    return problems


def unit_verify():
    analyze = tool("systemd-analyze")
    unit = (DEPLOY / "segue.service").read_text()
    with tempfile.TemporaryDirectory() as folder:
        # The binary need not be installed on this machine.
        copy = pathlib.Path(folder) / "segue.service"
        copy.write_text(re.sub(r"(?m)^ExecStart=.*$", "ExecStart=/bin/true", unit))
        status, output = run(analyze, "verify", str(copy))
    # systemd-analyze skips unknown directives with a warning and exit status 0, and may warn about other units.
    lines = [line for line in output.splitlines() if "segue" in line]
    return lines or ([output] if status else [])


def unit_security():
    analyze = tool("systemd-analyze")
    if int(re.search(r"systemd (\d+)", run(analyze, "--version")[1])[1]) < 250:
        raise Missing("systemd-analyze 250")
    unit = str(DEPLOY / "segue.service")
    status, output = run(analyze, "security", "--offline=true", "--threshold=15", "--no-pager", unit)
    return [line for line in output.splitlines() if "✓" not in line and line.strip()] if status else []


# The configuration


def all_keys():
    """The text of the configuration with what is commented out put in force."""
    return re.sub(r"(?m)^# (?=[a-z_]+ = )", "", (DEPLOY / "segue.toml").read_text())


def configuration():
    tomllib.loads((DEPLOY / "segue.toml").read_text())
    values = tomllib.loads(all_keys())
    problems = [f"no key {key}" for key in SETTINGS if key not in values]
    problems += [f"{key} is no key of the server" for key in values if key not in SETTINGS]
    for key, default in SETTINGS.items():
        if default is not None and values.get(key, default) != default:
            problems.append(f"the default of {key} is {default!r}, not {values[key]!r}")
    return problems


# The image


def dockerfile_lint():
    return failure(tool("hadolint"), "--no-color", str(DEPLOY / "Dockerfile"))


def dockerfile_settings():
    commands = package("dockerfile").parse_file(str(DEPLOY / "Dockerfile"))
    problems, final = [], {}
    allowed = re.findall(r"(?m)^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text())
    for command in commands:
        kind = command.cmd.upper()
        if kind == "FROM":
            final = {}
        final[kind] = command
        if kind == "COPY" and not any(flag.startswith("--from") for flag in command.flags):
            for source in command.value[:-1]:
                if not (DEPLOY.parent / source).exists():
                    problems.append(f"there is no {source} to copy")
                if source not in allowed:
                    problems.append(f"Dockerfile.dockerignore leaves out {source}")
    environment = dict(zip(final["ENV"].value[::2], final["ENV"].value[1::2], strict=True))
    problems += unknown_variables(environment)
    if environment.get("SEGUE_LISTEN", "").rpartition(":")[2] != final["EXPOSE"].value[0]:
        problems.append("EXPOSE is not the port of SEGUE_LISTEN")
    if not re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", final["USER"].value[0]):
        problems.append("USER is not a number other than root's")
    for kind in ("HEALTHCHECK", "ENTRYPOINT", "CMD"):
        if not final[kind].json:
            problems.append(f"{kind} asks for a shell, which the image does not have")
        flags = [word for word in final[kind].value if word.startswith("--")]
        problems += [f"serve has no option {flag}" for flag in flags if flag not in FLAGS]
    return problems


# Kubernetes


def kubernetes_schema():
    validator = package("kubernetes_validate")
    problems = []
    for document in yaml_documents("kubernetes.yaml"):
        try:
            validator.validate(document, validator.latest_version(), strict=True)
        except validator.ValidationError as error:
            place = "/".join(map(str, error.path))
            problems.append(f"{document.get('kind')}: {place}: {error.message}")
    return problems


def kubernetes_settings():
    documents = {document["kind"]: document["spec"] for document in yaml_documents("kubernetes.yaml")}
    template = documents["Deployment"]["template"]
    labels, pod = template["metadata"]["labels"], template["spec"]
    problems = []
    for kind, selector in {
        "Deployment": documents["Deployment"]["selector"]["matchLabels"],
        "Service": documents["Service"]["selector"],
        "PodDisruptionBudget": documents["PodDisruptionBudget"]["selector"]["matchLabels"],
        "NetworkPolicy": documents["NetworkPolicy"]["podSelector"]["matchLabels"],
    }.items():
        if not selector.items() <= labels.items():
            problems.append(f"{kind} selects other pods than the Deployment's")
    if documents["PodDisruptionBudget"]["minAvailable"] >= documents["Deployment"]["replicas"]:
        problems.append("PodDisruptionBudget lets no node be drained")
    (container,) = pod["containers"]
    ports = {port["name"] for port in container["ports"]}
    used = [port["targetPort"] for port in documents["Service"]["ports"]]
    used += [port["port"] for rule in documents["NetworkPolicy"]["ingress"] for port in rule["ports"]]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        used.append(container[probe]["httpGet"]["port"])
        if container[probe]["httpGet"]["path"] not in HEALTH:
            problems.append(f"{probe} asks {container[probe]['httpGet']['path']}")
    problems += [f"no port {port}" for port in used if port not in ports]
    problems += unknown_variables(variable["name"] for variable in container.get("env", []))
    leaving = container["lifecycle"]["preStop"]["sleep"]["seconds"] + SETTINGS["drain_timeout"]
    if pod["terminationGracePeriodSeconds"] <= leaving:
        problems.append(f"terminationGracePeriodSeconds is not more than {leaving}")
    if {mount["name"] for mount in container["volumeMounts"]} != {volume["name"] for volume in pod["volumes"]}:
        problems.append("the volumes are not those that are mounted")
    return problems


# Prometheus and Grafana


def prometheus_promtool():
    return failure(tool("promtool"), "check", "config", str(DEPLOY / "prometheus.yml"))


def prometheus_settings():
    (config,) = yaml_documents("prometheus.yml")
    problems = [f"there is no {name}" for name in config["rule_files"] if not (DEPLOY / name).exists()]
    if [job["job_name"] for job in config["scrape_configs"]] != ["segue"]:
        problems.append("the job is not called segue, as the alerts expect")
    return problems


def alerts():
    parser = package("promql_parser")
    (file,) = yaml_documents("alerts.yml")
    problems, names = [], set()
    for rule in (rule for group in file["groups"] for rule in group["rules"]):
        name = rule["alert"]
        problems += promql(rule["expr"])
        if name in names:
            problems.append(f"{name} is there twice")
        names.add(name)
        problems += [f"{name}: {key}?" for key in rule if key not in {"alert", "expr", "for", "labels", "annotations"}]
        try:
            parser.parse_duration(rule.get("for", "1s"))
        except Exception as error:
            problems.append(f"{name}: for: {error}")
        if rule["labels"].keys() != {"severity"} or rule["annotations"].keys() != {"summary", "description"}:
            problems.append(f"{name} must have a severity, a summary and a description")
    return problems


def dashboard():
    board = json.loads((DEPLOY / "grafana.json").read_text(), object_pairs_hook=no_twins)
    problems, taken, ids = [], {}, set()
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    sources = [name for name, variable in variables.items() if variable["type"] == "datasource"]
    if len(sources) != 1:
        problems.append("there must be one variable for the data source")
    expected = {"type": "prometheus", "uid": "${" + "".join(sources) + "}"}

    def asks(title, parts, expression):
        if any(part.get("datasource") != expected for part in parts):
            problems.append(f"{title} does not use the variable for the data source")
        problems.extend(f"{title}: {problem}" for problem in promql(expression))
        for name in re.findall(r"\$(\w+)", expression):
            if name not in variables and not name.startswith("__"):
                problems.append(f"{title}: no variable ${name}")

    for name, variable in variables.items():
        if variable["type"] == "query":
            selector = re.fullmatch(r"label_values\((.+), *\w+\)", variable["query"]["query"])
            asks(f"${name}", [variable], selector[1])
    for panel in board["panels"]:
        title, place = panel["title"], panel["gridPos"]
        if panel["id"] in ids:
            problems.append(f"{title}: id {panel['id']} is there twice")
        ids.add(panel["id"])
        if place["x"] + place["w"] > 24:
            problems.append(f"{title} is wider than the board")
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                other = taken.setdefault((x, y), title)
                if other != title:
                    problems.append(f"{title} lies on {other}")
        targets = panel.get("targets", [])
        if panel["type"] != "row" and not targets:
            problems.append(f"{title} shows nothing")
        for target in targets:
            asks(title, [panel, target], target["expr"])
    return sorted(set(problems))


# The tables above against a real server


def exported(path):
    text = pathlib.Path(path).read_text()
    names = set()
    for name, kind in re.findall(r"(?m)^# TYPE (\S+) (\S+)$", text):
        names.add(name)
        if kind == "counter":
            names.add(name.removesuffix("_total") + "_total")
        if kind == "histogram":
            names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"}
    problems = [f"the server exports no {name}" for name in METRICS if name not in names]
    for name, labels in set(re.findall(r"(?m)^(\w+)(?:\{(.*)\})? ", text)):
        lost = METRICS.get(name, set()) - set(re.findall(r'(?:^|,)(\w+)="', labels))
        problems += [f"{name} has no label {label}" for label in lost]
    return sorted(set(problems))


def options(binary):
    status, help_text = run(binary, "serve", "--help")
    if status:
        return [help_text]
    words = set(re.findall(r"--[a-z-]+", help_text))
    problems = [f"serve has no option {flag}" for flag in sorted(FLAGS - words)]
    status, printed = run(binary, "serve", "--print-config")
    if status:
        return [*problems, printed]
    # Keys without a default are printed as comments; segue.toml has examples of them.
    values = tomllib.loads(all_keys())
    for key, default in tomllib.loads(printed).items():
        if values.get(key) != default:
            problems.append(f"the default of {key} is {default!r}, segue.toml has {values.get(key)!r}")
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "segue.toml"
        copy.write_text(all_keys())
        problems += failure(binary, "serve", "--config", str(copy), "--print-config")
    return problems


REQUIRED, OPTIONAL = True, False
CHECKS = [
    ("segue.service", "agrees with the server", REQUIRED, unit_settings),
    ("segue.service", "systemd-analyze verify", OPTIONAL, unit_verify),
    ("segue.service", "systemd-analyze security", OPTIONAL, unit_security),
    ("segue.toml", "TOML, agrees with the server", REQUIRED, configuration),
    ("Dockerfile", "hadolint", REQUIRED, dockerfile_lint),
    ("Dockerfile", "BuildKit's parser, agrees with the server", REQUIRED, dockerfile_settings),
    ("kubernetes.yaml", "Kubernetes' schemas, strict", REQUIRED, kubernetes_schema),
    ("kubernetes.yaml", "agrees with itself and the server", REQUIRED, kubernetes_settings),
    ("prometheus.yml", "YAML, agrees with the other files", REQUIRED, prometheus_settings),
    ("prometheus.yml", "promtool, with alerts.yml", OPTIONAL, prometheus_promtool),
    ("alerts.yml", "PromQL of metrics that there are", REQUIRED, alerts),
    ("grafana.json", "JSON, layout, PromQL of metrics that there are", REQUIRED, dashboard),
]


def main():
    arguments = argparse.ArgumentParser(description="Checks the files of deploy/.")
    arguments.add_argument("--require", action="store_true", help="fail if a tool of requirements.txt is missing")
    arguments.add_argument("--metrics", metavar="FILE", help="what GET /metrics of a server answered")
    arguments.add_argument("--segue", metavar="BINARY", help="the command, to ask for its options")
    given = arguments.parse_args()
    checks = list(CHECKS)
    if given.metrics:
        checks.append(("check.py", "metrics of a running server", REQUIRED, lambda: exported(given.metrics)))
    if given.segue:
        checks.append(("check.py", "options of the command", REQUIRED, lambda: options(given.segue)))

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for file, what, required, check in checks:
        try:
            problems = check()
            result = "failed" if problems else "passed"
        except Missing as missing:
            problems = [f"{missing} is not installed"]
            result = "failed" if required and given.require else "skipped"
        except Exception as error:
            # The file is invalid, or lacks a key that a check looks up.
            problems, result = [f"{type(error).__name__}: {error}"], "failed"
        counts[result] += 1
        print(f"{result:8} {file:16} {what}")
        for problem in problems:
            print("         " + problem.replace("\n", "\n         "))
    print(", ".join(f"{number} {result}" for result, number in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
