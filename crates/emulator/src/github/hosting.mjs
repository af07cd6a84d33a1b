// A stand-in for the git that GitHub has behind its API, and the emulator has not: a repository of the `git`
// program in a folder, kept in step with one of the emulator's. Both have the same ids, since the emulator
// makes its own as git does; whatever comes out otherwise is an error.

import { execFileSync } from "node:child_process";

/** `must` asks the emulator: method, path, login, body. */
export function hosting(must) {
  const git = (folder, args, input) =>
    execFileSync("git", args, { cwd: folder, input, maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "pipe"] });
  const text = (folder, ...args) => git(folder, args).toString().trim();
  const same = (what, made, meant) => {
    if (made !== meant) throw new Error(`${what}: ${meant} became ${made}`);
  };

  /** A branch of the folder, and all that is before it, into the emulator. */
  async function push(repository, folder, branch) {
    const login = repository.split("/")[0];
    const at = `/repos/${repository}/git`;
    const there = new Set();
    const file = async (id) => {
      const content = git(folder, ["cat-file", "blob", id]).toString("base64");
      same("a blob", (await must("POST", `${at}/blobs`, login, { content, encoding: "base64" })).sha, id);
    };
    const tree = async (id) => {
      const entries = [];
      for (const line of text(folder, "ls-tree", "-z", id).split("\0").filter(Boolean)) {
        const [, mode, type, sha, path] = /^(\d+) (\w+) (\w+)\t(.+)$/s.exec(line);
        if (!there.has(sha)) await (type === "tree" ? tree(sha) : file(sha));
        there.add(sha);
        entries.push({ path, mode, type, sha });
      }
      same("a tree", (await must("POST", `${at}/trees`, login, { tree: entries })).sha, id);
    };
    for (const commit of text(folder, "rev-list", "--reverse", "--topo-order", branch).split("\n")) {
      const { root, parents, author, committer, message } = parsed(git(folder, ["cat-file", "commit", commit]).toString());
      await tree(root);
      const made = await must("POST", `${at}/commits`, login, { message, tree: root, parents, author, committer });
      same("a commit", made.sha, commit);
    }
    const sha = text(folder, "rev-parse", branch);
    await must("PATCH", `${at}/refs/heads/${branch}`, login, { sha, force: true });
  }

  /** Branches and pull requests of the emulator's into the folder. */
  async function fetch(repository, folder) {
    const login = repository.split("/")[0];
    const has = (id) => {
      try {
        git(folder, ["cat-file", "-e", id]);
        return true;
      } catch {
        return false;
      }
    };
    const keep = (type, id, bytes) =>
      same(`a ${type}`, git(folder, ["hash-object", "-t", type, "-w", "--stdin"], bytes).toString().trim(), id);
    const tree = async (from, id) => {
      if (has(id)) return;
      const { tree: entries } = await must("GET", `/repos/${from}/git/trees/${id}`, login);
      for (const { type, sha } of entries) {
        if (type === "tree") await tree(from, sha);
        else if (!has(sha)) {
          const { content } = await must("GET", `/repos/${from}/git/blobs/${sha}`, login);
          keep("blob", sha, Buffer.from(content, "base64"));
        }
      }
      const lines = entries.map(({ mode, type, sha, path }) => `${mode} ${type} ${sha}\t${path}\0`);
      same("a tree", git(folder, ["mktree", "-z"], lines.join("")).toString().trim(), id);
    };
    const commit = async (from, id) => {
      if (has(id)) return;
      const made = await must("GET", `/repos/${from}/git/commits/${id}`, login);
      for (const parent of made.parents) await commit(from, parent.sha);
      await tree(from, made.tree.sha);
      keep("commit", id, written(made));
    };
    for (const branch of await must("GET", `/repos/${repository}/branches?per_page=100`, login)) {
      await commit(repository, branch.commit.sha);
      git(folder, ["update-ref", `refs/heads/${branch.name}`, branch.commit.sha]);
    }
    for (const pull of await must("GET", `/repos/${repository}/pulls?state=all&per_page=100`, login)) {
      await commit(pull.head.repo.full_name, pull.head.sha);
      git(folder, ["update-ref", `refs/pull/${pull.number}/head`, pull.head.sha]);
    }
  }

  return { push, fetch };
}

/** A commit as git has it, as the API takes it. */
function parsed(raw) {
  const [head, ...rest] = raw.split("\n\n");
  const lines = head.split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
  const all = (key) => lines.filter(([name]) => name === key).map(([, value]) => value);
  const person = (key) => {
    const [, name, email, seconds, sign, hours, minutes] = /^(.*) <(.*)> (\d+) ([+-])(\d\d)(\d\d)$/.exec(all(key)[0]);
    const offset = Number(`${sign}1`) * (Number(hours) * 3600 + Number(minutes) * 60);
    const local = new Date((Number(seconds) + offset) * 1000).toISOString().slice(0, 19);
    return { name, email, date: `${local}${sign}${hours}:${minutes}` };
  };
  return {
    root: all("tree")[0],
    parents: all("parent"),
    author: person("author"),
    committer: person("committer"),
    message: rest.join("\n\n"),
  };
}

/** The other way. The emulator keeps dates as they were given, and adds the last line end itself. */
function written({ tree, parents, author, committer, message }) {
  const date = (given) => {
    const zone = /([+-])(\d\d):?(\d\d)$/.exec(given);
    return `${Math.floor(Date.parse(given) / 1000)} ${zone ? zone.slice(1).join("") : "+0000"}`;
  };
  const person = ({ name, email, date: given }) => `${name} <${email}> ${date(given)}`;
  const lines = [`tree ${tree.sha}`, ...parents.map(({ sha }) => `parent ${sha}`)];
  lines.push(`author ${person(author)}`, `committer ${person(committer)}`);
  return `${lines.join("\n")}\n\n${message.endsWith("\n") ? message : `${message}\n`}`;
}
