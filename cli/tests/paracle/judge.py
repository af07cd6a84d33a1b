#!/usr/bin/env python3
"""Load everything under PROJECT_DIR/.parac with Paracle's own classes (PyPI: paracle, docker).

usage: judge.py PROJECT_DIR [PROJECT_DIR...]

Prints one line per component; exits 1 if Paracle refuses one of them, and says why.
Warnings count as refusals. Nothing is written and no model is asked.
"""
import asyncio
import sys
from pathlib import Path

import yaml
from paracle_core.agents.validator import AgentSpecValidator
from paracle_core.parac.agent_discovery import AgentDiscovery
from paracle_core.parac.file_config import FileManagementConfig
from paracle_core.parac.roadmap_manager import RoadmapManager
from paracle_core.parac.state import ParacState
from paracle_core.parac.validator import ParacValidator, ValidationLevel
from paracle_domain.models import Workflow
from paracle_events import EventBus
from paracle_mcp.server import ParacleMCPServer
from paracle_orchestration.agent_executor import AgentExecutor
from paracle_orchestration.engine import WorkflowOrchestrator
from paracle_orchestration.skill_loader import SkillLoader as AssignedSkills
from paracle_orchestration.workflow_loader import WorkflowLoader
from paracle_skills.loader import SkillLoader


def project(parac):
    """The skeleton, where an install brings one."""
    if not (parac / "roadmap").exists():
        return
    issues = [issue for issue in ParacValidator(parac).validate().issues if issue.level != ValidationLevel.INFO]
    yield "project", parac.parent.name, [str(issue) for issue in issues]
    FileManagementConfig.from_project_yaml(parac)
    yield "settings", "project.yaml", [] if read_yaml(parac / "project.yaml").get("name") else ["has no name"]
    state = ParacState.from_dict(read_yaml(parac / "memory" / "context" / "current_state.yaml"))
    roadmap = RoadmapManager(parac).get_roadmap("primary")
    known = [phase.id for phase in roadmap.phases] if roadmap else []
    lost = [] if state.current_phase.id in known else [f"phase '{state.current_phase.id}' is not in the roadmap"]
    yield "state", state.current_phase.id, lost


def agents(parac):
    """Specifications are valid without a warning; the manifest lists exactly them, with skills that exist."""
    if not (parac / "agents" / "specs").exists():
        return
    listed = read_yaml(parac / "agents" / "manifest.yaml").get("agents") or []
    manifest = {entry["id"]: entry for entry in listed}
    found = AgentDiscovery(parac).discover_agents()
    for agent in found:
        spec = parac / "agents" / "specs" / f"{agent.id}.md"
        problems = [str(error) for error in AgentSpecValidator(strict=True).validate_file(spec).errors]
        entry = manifest.get(agent.id)
        if entry is None:
            problems.append("has no entry in agents/manifest.yaml")
        elif (agent.tools, agent.skills) != (entry.get("tools", []), entry.get("skills", [])):
            problems.append("its tools or skills are not read as the manifest has them")
        for skill in agent.skills:
            if AssignedSkills(parac).load_skill(skill) is None:
                problems.append(f"skill '{skill}' is not installed")
        yield "agent", agent.id, problems
    for name in sorted(manifest.keys() - {agent.id for agent in found}):
        yield "agent", name, ["is in agents/manifest.yaml but has no specification"]
    if len(manifest) != len(listed):
        yield "agent", "manifest.yaml", ["lists an id twice"]


def skills(parac):
    """Each skill loads, under the name of its folder."""
    folder = parac / "agents" / "skills"
    for skill_md in sorted(folder.glob("*/SKILL.md")):
        name = SkillLoader(folder).load_skill(skill_md).name
        yield "skill", skill_md.parent.name, [] if name == skill_md.parent.name else [f"calls itself '{name}'"]


def workflows(parac):
    """Each definition is active in the catalog and runs to its end."""
    if not (parac / "workflows").exists():
        return
    loader = WorkflowLoader(parac)
    active = {entry["name"]: entry for entry in loader.list_workflows(status="active")}
    found = loader.scan_all_workflows()
    for name in found:
        problems = loader.validate_workflow(name)[1]
        if name not in active:
            problems.append("is not active in workflows/catalog.yaml")
        elif not (parac / "workflows" / active[name]["file"]).is_file():
            problems.append(f"the catalog's file {active[name]['file']} does not exist")
        yield "workflow", name, problems or list(rehearse(parac, loader.load_workflow_spec(name), name))
    for name in sorted(active.keys() - set(found)):
        yield "workflow", name, ["is in workflows/catalog.yaml but has no definition"]


def rehearse(parac, spec, stem):
    """Run a workflow with a stand-in for the model, given the required inputs; yields what went wrong."""
    executor = AgentExecutor(parac_root=parac, cost_tracker=object())  # the default tracker writes a database
    prompts = {}

    async def answer(step, inputs):
        prompts[step.id] = executor._build_prompt(step, inputs)
        return {"outputs": {key: f"answer of {step.id}" for key in step.outputs}}

    given = {key: f"value of {key}" for key, value in spec.inputs.items() if value.get("required")}
    run = WorkflowOrchestrator(EventBus(), answer).execute(Workflow(spec=spec), given, auto_approve=True)
    context = asyncio.run(run)
    yield from (f"run: {error}" for error in context.errors)
    if spec.name != stem:
        yield f"calls itself '{spec.name}'"
    for step in spec.steps:
        if not (parac / "agents" / "specs" / f"{step.agent}.md").exists():
            yield f"step '{step.id}': agent '{step.agent}' is not installed"
        left = prompts.get(step.id, "").partition("{{")[2]
        if left:
            yield f"step '{step.id}': nothing fills in '{{{{{left[:30]}'"
        for key, value in step.inputs.items():
            if str(value).startswith("$") and str(value) in prompts.get(step.id, ""):
                yield f"step '{step.id}': input '{key}' refers to {value}, which has not run by then"
    for name, value in context.outputs.items():
        if not isinstance(value, str):
            yield f"output '{name}': {value} names nothing that a step gives"


def servers(parac):
    """MCP servers, as Paracle's server reads them (without its start, which runs custom tools)."""
    server = ParacleMCPServer.__new__(ParacleMCPServer)
    server.parac_root, server.external_mcp_servers = parac, []
    server._load_external_mcp_servers()
    for entry in server.external_mcp_servers:
        problems = [] if entry.id and entry.command else ["has no id or no command"]
        problems += [f"argument {value} is not expanded" for value in entry.args if "${" in value]
        problems += [f"{key} is not expanded" for key, value in entry.env.items() if "${" in value]
        yield "mcp server", entry.id, problems


def read_yaml(path):
    """A YAML mapping; an empty file is an empty mapping."""
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def judge(folder):
    """Judge one project; returns the number of components that Paracle refuses."""
    seen = refused = 0
    for check in (project, agents, skills, workflows, servers):
        try:
            results = list(check(folder / ".parac"))
        except Exception as error:  # whatever Paracle throws is its verdict
            results = [(check.__name__, "", [f"{type(error).__name__}: {error}"])]
        for kind, name, problems in results:
            seen, refused = seen + 1, refused + bool(problems)
            print("REFUSED" if problems else "ok     ", f"{folder.name}: {kind} {name}".rstrip())
            for problem in problems:
                print("       ", problem)
    if not seen:
        print("REFUSED", f"{folder}: nothing under .parac/ that Paracle would load")
    return refused if seen else 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(1 if sum([judge(Path(argument)) for argument in sys.argv[1:]]) else 0)
