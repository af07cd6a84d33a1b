//! The shortest components that Paracle accepts.

/// An agent spec for the agent `id`.
pub fn agent(id: &str) -> String {
    format!(
        "# {id} agent\n\n\
         ## Role\n\nDoes what {id} stands for.\n\n\
         ## Governance Integration\n\n\
         ### Before Starting Any Task\n\n\
         1. Read `.parac/memory/context/current_state.yaml`.\n\
         2. Read `.parac/roadmap/roadmap.yaml`.\n\n\
         ### After Completing Work\n\n\
         1. Append a line to `.parac/memory/logs/agent_actions.log`.\n\n\
         ## Skills\n\n- none yet\n\n\
         ## Responsibilities\n\n### Work\n\n- Does the work.\n"
    )
}

/// The `SKILL.md` of the skill `id`.
pub fn skill(id: &str) -> String {
    format!(
        "---\nname: {id}\ndescription: What {id} is for and when to use it\n---\n\n\
         # {id}\n\nDo it like this.\n"
    )
}

/// The definition of the workflow `id`.
pub fn workflow(id: &str) -> String {
    format!(
        "name: {id}\ndescription: Runs one step\nversion: 1.0.0\n\
         inputs:\n  topic:\n    type: string\n    required: true\n\
         steps:\n  - id: first\n    name: First\n    agent: coder\n    prompt: Say something\n\
         outputs:\n  result:\n    source: steps.first.outputs.result\n"
    )
}

/// The entry of the MCP server `id`.
pub fn mcp_server(id: &str) -> String {
    format!(
        "format = 1\nid = \"{id}\"\nname = \"{id}\"\ndescription = \"Talks to {id}\"\n\
         command = \"{id}-server\"\nargs = []\n"
    )
}
