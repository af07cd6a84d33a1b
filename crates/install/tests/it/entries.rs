//! Entries in files that were there before.

use crate::{packages::package, project::Scratch};

#[test]
fn comments_and_order_stay() {
    let scratch = Scratch::new();
    let before = "# Our agents\nversion: '1.0'   # of the file\nagents:\n  - id: mine\n    name: Mine\n    tools: [read_file]   # no more\n\n# End\n";
    scratch.put(".parac/agents/manifest.yaml", before);
    let path = scratch.root.join(".parac/agents/manifest.yaml");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    scratch
        .install(&[&package("core/coder").agent("coder")])
        .unwrap();
    let after = scratch.text(".parac/agents/manifest.yaml");
    let added = "  - id: coder\n    name: The coder\n    role: \"Does: what `coder` does\"\n    spec_file: specs/coder.md\n    tools: []\n    skills: []\n";
    assert_eq!(
        after,
        before.replace("no more\n", &format!("no more\n{added}"))
    );
    assert!(scratch.tree()[".parac/agents/manifest.yaml"].starts_with("600 "));
}

#[test]
fn servers_go_into_the_file_that_is_read() {
    let github = package("core/github").server("github");
    for (path, before) in [
        ("mcp.yaml", "servers: []\n"),
        ("mcp.json", "{\n  \"mcpServers\": {}\n}\n"),
        ("servers.yaml", "version: '1'\n"),
    ] {
        let scratch = Scratch::new();
        let path = format!(".parac/tools/mcp/{path}");
        // Read only where neither of the others is there.
        if !path.ends_with("servers.yaml") {
            scratch.put(".parac/tools/mcp/servers.yaml", "servers: []\n");
        }
        scratch.put(&path, before);
        let receipt = scratch.install(&[&github]).unwrap();
        assert_eq!(receipt.written, [path.as_str()]);
        assert!(scratch.text(&path).contains("github-mcp@1.0.0"), "{path}");
        if !path.ends_with("servers.yaml") {
            assert_eq!(
                scratch.text(".parac/tools/mcp/servers.yaml"),
                "servers: []\n"
            );
        }
        let lock = scratch.text(".parac/packages.lock");
        assert!(lock.contains(&path), "{lock}");
        let before = scratch.tree();
        scratch.install(&[&github]).unwrap();
        assert_eq!(scratch.tree(), before);
    }
}
