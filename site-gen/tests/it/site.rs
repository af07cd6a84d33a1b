//! What is written.

use registry_index::{Digest, Kind, blobs::Blobs, registry::Status, wire};
use site_gen::{BuildError, Input, Mode};

use crate::{
    oracle,
    shop::{Shop, Site},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

/// A registry with one of everything.
pub(crate) fn full() -> Shop {
    let readme = "# Code reviewer\n\nReads a diff. See [the spec](agents/code-reviewer.md), [changes](CHANGELOG.md), [use](#use).\n\n![shot](gallery/shot.png)\n\n## Use\n\n- [x] done\n";
    let mut shop = Shop::new()
        .release("core/code-reviewer", "1.0.0", "2025-09-12T10:00:00Z", |p| p)
        .release("core/code-reviewer", "1.1.0", "2025-10-03T10:00:00Z", |p| p)
        .release("core/code-reviewer", "1.2.0", "2025-11-12T10:00:00Z", |p| {
            p.summary("Reviews a diff for correctness, security and style")
                .set("authors", "[\"Octocat\"]")
                .set("categories", "[\"security\"]")
                .keywords(&["review", "diff"])
                .set("forked-from", "\"core/diff-reading@0.9.0\"")
                .set("homepage", "\"https://x.example/\"")
                .dependency("core/diff-reading", "^1")
                .dependency("acme/elsewhere", "^0.3")
                .toml("[uses]\nnetwork = [\"api.github.com\"]\nfiles = [\"read:src/**\"]\n\n[variables.team]\ntype = \"string\"\nprompt = \"Which team?\"\ndefault = \"core\"\n")
                .file("README.md", readme)
                .file("CHANGELOG.md", "# Changelog\n\n## 1.2.0\n\n- Less\n")
                .file("gallery/shot.png", PNG)
                .file("project/data.bin", [0, 159, 146, 150])
                .file("project/name.txt.j2", "{{ team }}\n")
        })
        .release("core/diff-reading", "1.0.0", "2025-11-01T10:00:00Z", |p| p.kind(Kind::Skill).set("authors", "[\"octocat\"]"))
        .release("acme/gone", "0.1.0", "2025-11-02T10:00:00Z", |p| p.kind(Kind::Workflow))
        .status("core/code-reviewer", "1.0.0", Status::Revoked("it held a secret".into()))
        .status("core/code-reviewer", "1.1.0", Status::Yanked("it read too much".into()))
        .status("acme/gone", "0.1.0", Status::Revoked("malware".into()))
        .draft("core/code-reviewer", "1.3.0", |p| p.summary("Reviews a diff, and soon a design"))
        .draft("core/unborn", "0.1.0", |p| p)
        .doc("index", "Docs", "All of it. Begin with [installing](install.md).")
        .doc("install", "Install a package", "# Install a package\n\n## First\n\nSee [a rule](rules/name-form.md#why).")
        .doc("rules/name-form", "name-form", "## Why\n\nBack to [all](../index.md).");
    let package = shop.package("core/diff-reading");
    package.deprecated = Some("nobody reads any more".into());
    package.replaced_by = Some("core/code-reviewer".parse().unwrap());
    shop
}

fn tree(site: &Site) -> String {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let mask = |path: &String| {
        let parts = path.split(['-', '.', '/']);
        let long = parts.filter(|part| part.len() >= 16 && part.chars().all(hex));
        long.fold(path.clone(), |path, digest| {
            path.replace(digest, "[DIGEST]")
        })
    };
    let mut lines: Vec<String> = site.files.keys().map(mask).collect();
    lines.retain(|line| {
        !line.starts_with("search/[DIGEST]")
            && !line.starts_with("assets/search-")
            && !line.starts_with("index/shards/")
            && !line.starts_with("schemas/")
    });
    lines.sort();
    lines.join("\n") + "\n"
}

#[test]
fn the_tree() {
    let site = full().build(Some("https://hub.example"), Mode::Publish);
    snapbox::assert_data_eq!(tree(&site), snapbox::file!["tree.txt"].raw());
    assert_eq!(site.summary.files, site.files.len());
    assert_eq!(
        site.summary.bytes,
        site.files.values().map(|b| b.len() as u64).sum::<u64>()
    );
    assert_eq!(site.summary.packages, 3);
    assert_eq!(site.summary.warnings, Vec::<String>::new());
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let mut shop = full();
    for number in 0..80 {
        let name = format!("acme/tool-{number}");
        shop = shop.release(&name, "1.0.0", "2025-11-12T10:00:00Z", |p| {
            p.keywords(&["same", "other"])
        });
    }
    let build = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| shop.build(Some("https://hub.example/x/"), Mode::Publish))
    };
    let (one, four) = (build(1), build(4));
    assert_eq!(one.summary, four.summary);
    let names = |site: &Site| site.files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&four));
    for (path, bytes) in &one.files {
        assert!(four.files[path] == *bytes, "{path} differs");
    }
    assert!(one.files.contains_key("t/same/3/index.html"));
}

#[test]
fn clients_find_everything_from_the_configuration() {
    let shop = full();
    let site = shop.build(None, Mode::Publish);
    let config: wire::Config = serde_json::from_slice(&site.files["index/config.json"]).unwrap();
    assert_eq!(
        (config.packages, config.url.as_str()),
        (3, "https://hub.example/")
    );
    for package in shop.registry.packages.values() {
        let byte = wire::shard_of(&package.name);
        let shard = &site.files[&config.paths.shard(&byte, &config.shards[&byte])];
        assert_eq!(Digest::of(shard), config.shards[&byte]);
        let shard: wire::Shard = serde_json::from_slice(shard).unwrap();
        let digest = &shard[&package.name];
        let bytes = &site.files[&config.paths.package(&package.name, digest)];
        assert_eq!(Digest::of(bytes), *digest);
        assert_eq!(
            &site.files[&format!("api/v1/packages/{}.json", package.name)],
            bytes
        );
        let read: wire::Package = serde_json::from_slice(bytes).unwrap();
        assert_eq!(read, wire::Package::from(package));
        for release in &package.releases {
            let archive = site
                .files
                .get(&config.paths.archive(&package.name, release.version()));
            match release.status {
                Status::Revoked(_) => {
                    assert_eq!(archive, None, "what was revoked is not published")
                }
                _ => assert_eq!(
                    archive,
                    shop.store
                        .read(&release.record.archive.digest)
                        .unwrap()
                        .as_ref()
                ),
            }
        }
    }
    let names: Vec<wire::NameEntry> =
        serde_json::from_slice(&site.files["index/names.json"]).unwrap();
    assert_eq!(names.len(), 3);
}

#[test]
fn drafts_are_shown_and_never_published() {
    let site = full().build(None, Mode::Publish);
    for path in [
        "p/core/unborn/index.html",
        "p/core/code-reviewer/draft/index.html",
    ] {
        let page = site.text(path);
        assert!(
            page.contains("Draft, not released") && !page.contains("paracle template install"),
            "{path}"
        );
        assert!(
            page.contains("name=\"robots\" content=\"noindex\""),
            "{path}"
        );
    }
    assert!(
        site.text("p/core/code-reviewer/index.html")
            .contains("href=\"../../../p/core/code-reviewer/draft/\"")
    );
    assert!(
        site.text("packages/index.html")
            .contains("Draft, not released")
    );
    for (path, bytes) in &site.files {
        let published = path.starts_with("index/")
            || path.starts_with("api/v1/packages")
            || path.starts_with("dl/");
        if published {
            assert!(
                !String::from_utf8_lossy(bytes).contains("core/unborn"),
                "{path}"
            );
        }
    }
}

#[test]
fn what_became_of_a_release_is_said() {
    let site = full().build(None, Mode::Publish);
    let page = site.text("p/core/code-reviewer/index.html");
    assert!(
        page.contains("<s>1.0.0</s>")
            && page.contains("it held a secret")
            && page.contains("it read too much")
    );
    let gone = site.text("p/acme/gone/index.html");
    assert!(
        gone.contains("Revoked, do not use.")
            && gone.contains("malware")
            && !gone.contains("data-copy")
    );
    let old = site.text("p/core/diff-reading/index.html");
    assert!(old.contains(
        "<b>Deprecated.</b> nobody reads any more Use <a href=\"../../../p/core/code-reviewer/\">"
    ));
}

#[test]
fn a_missing_blob_costs_one_page_a_part() {
    let mut shop = full();
    let documents = shop
        .package("core/code-reviewer")
        .latest()
        .record
        .documents
        .clone();
    let archive = shop
        .package("core/code-reviewer")
        .latest()
        .record
        .archive
        .digest;
    shop.store.forget(&documents.readme.digest);
    shop.store.forget(&documents.pictures[0].blob.digest);
    shop.store.forget(&archive);
    let site = shop.build(None, Mode::Publish);
    let starts: Vec<&str> = site
        .summary
        .warnings
        .iter()
        .filter_map(|w| w.split(": the blob").next())
        .collect();
    assert_eq!(
        starts,
        [
            "core/code-reviewer 1.2.0: README",
            "core/code-reviewer 1.2.0: archive",
            "core/code-reviewer 1.2.0: picture \"gallery/shot.png\""
        ]
    );
    let page = site.text("p/core/code-reviewer/index.html");
    assert!(page.contains("No README here.") && page.contains("its content is not at hand"));
    assert!(!page.contains("href=\"../../../dl/core/code-reviewer/1.2.0.tar.gz\""));
    assert!(
        !site
            .files
            .contains_key("dl/core/code-reviewer/1.2.0.tar.gz")
    );
    assert!(
        site.text("p/core/diff-reading/index.html")
            .contains("id=\"readme\"")
    );
}

#[test]
fn an_archive_that_lies_is_not_shown() {
    let shop = full().release_with(
        "core/liar",
        "1.0.0",
        "2025-11-12T10:00:00Z",
        |p| p,
        |record| {
            record.archive.content_id = Digest::of(b"another");
        },
    );
    let site = shop.build(None, Mode::Publish);
    assert_eq!(
        site.summary.warnings,
        ["core/liar 1.0.0: the archive's content id is not the record's"]
    );
    assert!(
        site.text("p/core/liar/index.html")
            .contains("its content is not at hand")
    );
}

/// With the engine or without: this program may have been built in either way.
#[test]
fn the_search_page_has_what_it_needs_or_says_what_is_missing() {
    let site = full().build(None, Mode::Publish);
    let page = site.text("search/index.html");
    let assets = site.files.keys();
    let assets = assets.filter(|path| path.starts_with("assets/search-"));
    if site_gen::engine::MODULE.is_none() {
        assert!(page.contains("built without search in the browser"));
        assert_eq!(assets.count(), 0);
    } else {
        let config = site.json("index/config.json");
        let digest = config["search"]["digest"].as_str().unwrap();
        assert!(page.contains(&format!("search/{digest}/&quot;")), "{page}");
        let assets: Vec<&String> = assets.collect();
        assert_eq!(assets.len(), 5, "{assets:?}");
        for asset in assets {
            assert!(page.contains(asset.as_str()), "{asset}");
        }
    }
    // Either way there is a command that searches, and everything to browse.
    for part in ["paracle template search", "../k/agent/", "../packages/"] {
        assert!(page.contains(part), "{part}");
    }
    let nothing = Shop::new().build(None, Mode::Publish);
    let page = nothing.text("search/index.html");
    assert!(page.contains("Nothing is released here yet") && !page.contains("data-page"));
}

#[test]
fn every_page_is_strict_and_complete() {
    let site = full().build(Some("https://hub.example/x"), Mode::Publish);
    for (path, page) in site.pages() {
        assert_eq!(oracle::of_page(page), Vec::<String>::new(), "{path}");
        // Only where something searches may WebAssembly run, in a worker.
        let run = match path == "search/index.html" && site_gen::engine::MODULE.is_some() {
            true => " 'wasm-unsafe-eval'; worker-src 'self'",
            false => "",
        };
        let policy = format!(
            "content=\"default-src 'none'; style-src 'self'; script-src 'self'{run}; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'\""
        );
        assert_eq!(page.matches(&policy).count(), 1, "{path}");
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        assert!(
            page.contains("<html lang=\"en\">") && page.contains("<meta name=\"description\""),
            "{path}"
        );
        assert!(!page.contains("reload.js"), "{path}");
        let ids: Vec<&str> = page
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{path} has an id twice");
    }
    assert!(
        site.text("p/core/code-reviewer/index.html").contains(
            "<link rel=\"canonical\" href=\"https://hub.example/x/p/core/code-reviewer/\">"
        )
    );
    assert!(site.text("404.html").contains("href=\"/x/packages/\""));
    let map = site.text("sitemap.xml");
    assert!(map.contains("<loc>https://hub.example/x/p/core/code-reviewer/</loc>"));
}

#[test]
fn a_served_site_loads_itself_again() {
    let site = full().build(None, Mode::Serve);
    assert!(
        site.text("index.html")
            .contains("<script src=\"./assets/reload.js\" defer>")
    );
    assert!(site.text("assets/reload.js").contains("EventSource"));
    assert!(!site.files.contains_key("sitemap.xml"));
}

#[test]
fn an_empty_registry_has_a_site() {
    let site = Shop::new().build(None, Mode::Publish);
    assert!(site.text("index.html").contains("No package yet"));
    assert!(
        site.text("packages/index.html")
            .contains("Nothing here yet")
    );
    assert!(!site.files.keys().any(|path| path.starts_with("docs/")));
}

#[test]
fn the_api_is_described() {
    let site = full().build(None, Mode::Publish);
    let api = site.json("api/openapi.json");
    assert_eq!(api["openapi"], "3.1.0");
    let paths = api["paths"].as_object().unwrap();
    for path in paths.keys() {
        let file = path
            .replace("{namespace}", "core")
            .replace("{name}", "code-reviewer");
        assert!(
            site.files.contains_key(file.trim_start_matches('/')),
            "{path}"
        );
    }
    let text = site.text("api/openapi.json");
    for reference in text.split("\"$ref\": \"").skip(1) {
        let pointer = reference.split('"').next().unwrap().trim_start_matches('#');
        assert!(api.pointer(pointer).is_some(), "{pointer}");
    }
    assert_eq!(
        site.json("api/v1/packages.json")["packages"][1]["name"],
        "core/code-reviewer"
    );
    assert_eq!(
        site.json("api/v1/categories.json")["terms"][1]["packages"],
        1
    );
}

#[test]
fn what_cannot_be_an_address_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let shop = Shop::new().doc("../up", "Up", "");
    let error = |shop: &Shop, base_url| {
        let writer =
            registry_index::artifact::SiteWriter::begin(&scratch.path().join("site")).unwrap();
        let input = Input {
            registry: &shop.registry,
            blobs: &shop.store,
            base_url,
            docs: shop.docs.clone(),
            drafts: &[],
            live: Mode::Publish,
        };
        site_gen::build(&input, &writer).unwrap_err()
    };
    assert!(matches!(error(&shop, None), BuildError::Slug(_)));
    assert!(matches!(
        error(&Shop::new(), Some("hub.example")),
        BuildError::BaseUrl(_)
    ));
}
