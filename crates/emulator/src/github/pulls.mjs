// What the stand-in does about pull requests. To the emulator one is what it was when it was opened: its
// head stays where it was, and the names of its files are made up. GitHub's follows its branch.

/** With what the stand-in asks the emulator with, and does in it. */
export function pulls({ api, must, head, share, move }) {
  /** Those that were merged with a head that the emulator does not know of: that head, and the commit. */
  const merges = new Map();

  /** A pull request of the emulator's, with the head that its branch has by now. */
  const current = async (repository, pull, login) => {
    const merged = merges.get(`${repository}#${pull.number}`);
    if (merged) {
      pull.head.sha = merged.head;
      pull.merge_commit_sha = merged.commit;
    } else if (pull.state === "open") {
      pull.head.sha = (await head(pull.head.repo.full_name, pull.head.ref, login)) ?? pull.head.sha;
    }
    return pull;
  };

  /** What the emulator says to a merge, or is said in its place: it leaves what it merged from a fork there. */
  const merge = async (repository, number, body, login) => {
    const path = `/repos/${repository}/pulls/${number}`;
    const pull = await must("GET", path, login);
    const [known, into] = [pull.head.sha, pull.base.ref];
    const { sha } = (await current(repository, pull, login)).head;
    await share(pull.head.repo.full_name, repository, sha);
    const isKnown = sha === known || body.sha !== sha;
    const main = await head(repository, into, login);
    const { status, value } = await api("PUT", `${path}/merge`, login, isKnown ? body : { ...body, sha: known });
    if (isKnown || status !== 200) return [status, value];
    // It merged the old head. The branch gets the commit that it should have made.
    const { tree } = await must("GET", `/repos/${repository}/git/commits/${sha}`, login);
    const message = `Merge pull request #${number} from ${pull.head.label}`;
    const written = { message, tree: tree.sha, parents: [main, sha] };
    const made = await must("POST", `/repos/${repository}/git/commits`, login, written);
    await move(repository, into, made.sha);
    merges.set(`${repository}#${number}`, { head: sha, commit: made.sha });
    return [200, { ...value, sha: made.sha }];
  };

  /** The files that differ between its base and its head, as the API lists them. */
  const files = async (repository, number, login) => {
    const { base, head } = await current(repository, await must("GET", `/repos/${repository}/pulls/${number}`, login), login);
    const old = await below(repository, await treeOf(repository, base.sha, login), "", login);
    const fork = head.repo.full_name;
    const now = await below(fork, await treeOf(fork, head.sha, login), "", login);
    const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
    return paths.sort().map((filename) => {
      const status = !old.has(filename) ? "added" : !now.has(filename) ? "removed" : "modified";
      const urls = { blob_url: head.repo.html_url, raw_url: head.repo.html_url, contents_url: head.repo.html_url };
      const sha = now.get(filename) ?? old.get(filename);
      return { sha, filename, status, additions: 0, deletions: 0, changes: 0, ...urls };
    });
  };
  const treeOf = async (repository, commit, login) =>
    (await must("GET", `/repos/${repository}/git/commits/${commit}`, login)).tree.sha;
  const below = async (repository, id, prefix, login) => {
    const all = new Map();
    const { tree } = await must("GET", `/repos/${repository}/git/trees/${id}`, login);
    for (const { type, path, sha } of tree) {
      if (type !== "tree") all.set(prefix + path, sha);
      else for (const file of await below(repository, sha, `${prefix}${path}/`, login)) all.set(...file);
    }
    return all;
  };

  return { current, merge, files };
}
