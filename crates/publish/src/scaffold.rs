//! A registry of one's own: the smallest folder that every command accepts.

use std::{fs, io::Write, path::Path};

use registry_index::name::Part;

use crate::{PublishError, error::io_error};

/// Makes a registry called `name` in `folder`, which must not exist or be empty. Returns the files
/// that were written, by path from the folder.
pub fn registry(folder: &Path, name: &Part) -> Result<Vec<&'static str>, PublishError> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(PublishError::NotEmpty(folder.to_owned()));
    }
    let files = [
        ("registry-index/registry.toml", registry_toml(name)),
        ("templates/README.md", TEMPLATES.to_owned()),
        ("README.md", readme(name)),
        (".gitignore", "/_site\n/.paracle\n".to_owned()),
    ];
    for (path, text) in &files {
        let full = folder.join(path);
        let parent = full.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(io_error(parent))?;
        fs::File::create_new(&full)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(io_error(&full))?;
    }
    Ok(files.iter().map(|(path, _)| *path).collect())
}

fn registry_toml(name: &Part) -> String {
    format!(
        r#"format = 1
name = "{name}"
title = "{name}"
# Where the site will be published; clients know the registry by this address.
url = "https://{name}.example/"
description = "Building blocks of {name}"
reserved-names = []
# Hosts of pinned sources, and hosts that downloads may be redirected to.
hosts = ["github.com"]

[forge]
# Where this folder is pushed to; records name it as their source.
repository = "https://git.example/{name}/registry"

[categories]
general = "General"

[policies.licences]
osi-approved = true
# A private registry may take what no public one does, for instance "LicenseRef-Proprietary".
also = ["CC0-1.0", "CC-BY-4.0"]
"#
    )
}

const TEMPLATES: &str = "# Sources

One folder a package, by kind: `agents/`, `workflows/`, `skills/`, `projects/`, `integrations/`, `plugins/`.
A package is a folder with a `paracle.toml` and a `README.md`.
";

fn readme(name: &Part) -> String {
    format!(
        "# {name}\n\nA registry for [Paracle Hub](https://github.com/paracle-hub/paracle-hub).\n\n\
         ```sh\nparacle registry check      # every rule, over every package\n\
         paracle registry serve      # the gallery, rebuilt on change\n\
         git commit -am \"Add a package\" && paracle registry release\n\
         paracle registry build      # the site, in _site/\n```\n"
    )
}
