// A stand-in for what vercel-labs' emulator lacks of GitHub, in front of it:
//
//   POST …/merge-upstream          the emulator has no such endpoint
//   forks                          the emulator's forks begin with a commit of their own; GitHub's begin with
//                                  those of their parent, and share its objects from then on
//   GET /repos/…: parent, source   the emulator does not say them
//   GET /repos/…: permissions      the emulator says that everybody may do everything
//   …/pulls…                       see `pulls.mjs`
//   POST …/dispatches              the emulator knows no workflows; where a world is to have some, the request
//                                  is taken, and nothing runs
//
// Everything else is passed on as it is.

import { pulls } from "./pulls.mjs";
import { read, respond, send } from "./wire.mjs";

export function standIn(emulator, tokenOf, hasWorkflows) {
  const parents = new Map();

  const api = async (method, path, login, value) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${tokenOf(login)}` };
    const body = Buffer.from(value === undefined ? "" : JSON.stringify(value));
    const { status, body: said } = await send(emulator, method, path, headers, body);
    return { status, value: said.length ? JSON.parse(said) : undefined };
  };
  const must = async (...asked) => {
    const { status, value } = await api(...asked);
    if (status >= 300) throw new Error(`${asked[0]} ${asked[1]}: ${status} ${JSON.stringify(value)}`);
    return value;
  };
  const head = async (repository, branch, login) => {
    const found = await api("GET", `/repos/${repository}/git/ref/heads/${branch}`, login);
    return found.value.object?.sha;
  };

  /** Has the objects of a commit, and of those before it, in another repository as well. */
  const share = async (from, to, commit) => {
    const login = to.split("/")[0];
    const there = await api("GET", `/repos/${to}/git/commits/${commit}`, login);
    if (there.status === 200) return;
    const { tree, parents, message, author, committer } = await must("GET", `/repos/${from}/git/commits/${commit}`, login);
    for (const parent of parents) await share(from, to, parent.sha);
    await shareTree(from, to, tree.sha, login);
    const written = { message, author, committer, tree: tree.sha, parents: parents.map(({ sha }) => sha) };
    const { sha } = await must("POST", `/repos/${to}/git/commits`, login, written);
    if (sha !== commit) throw new Error(`the copy of ${commit} is ${sha}`);
  };
  const shareTree = async (from, to, id, login) => {
    const { tree } = await must("GET", `/repos/${from}/git/trees/${id}`, login);
    for (const { type, sha } of tree) {
      if (type === "tree") await shareTree(from, to, sha, login);
      else {
        const { content } = await must("GET", `/repos/${from}/git/blobs/${sha}`, login);
        await must("POST", `/repos/${to}/git/blobs`, login, { content, encoding: "base64" });
      }
    }
    const entries = tree.map(({ path, mode, type, sha }) => ({ path, mode, type, sha }));
    await must("POST", `/repos/${to}/git/trees`, login, { tree: entries });
  };

  const move = (repository, branch, sha) =>
    must("PATCH", `/repos/${repository}/git/refs/heads/${branch}`, repository.split("/")[0], { sha, force: true });

  const isAncestor = async (repository, old, commit, login) => {
    if (old === commit) return true;
    const { status, value } = await api("GET", `/repos/${repository}/git/commits/${commit}`, login);
    if (status !== 200) return false;
    for (const { sha } of value.parents) if (await isAncestor(repository, old, sha, login)) return true;
    return false;
  };

  const mergeUpstream = async (fork, { branch }) => {
    const parent = parents.get(fork);
    const login = fork.split("/")[0];
    const [own, theirs] = [await head(fork, branch, login), await head(parent, branch, login)];
    if (!(await isAncestor(parent, own, theirs, login))) {
      return [409, { message: "There are merge conflicts" }];
    }
    await share(parent, fork, theirs);
    await move(fork, branch, theirs);
    const base_branch = `${parent.split("/")[0]}:${branch}`;
    return [200, { message: "Successfully fetched and fast-forwarded", merge_type: "fast-forward", base_branch }];
  };

  const ofPulls = pulls({ api, must, head, share, move });

  const login = (request) => String(request.headers.authorization).replace("Bearer gho_", "");

  return async (request, response) => {
    const body = await read(request);
    const path = request.url.replace(/(git\/refs?|contents)\/[^?]+/, (part) => part.replaceAll("%2F", "/"));
    const [, repository, rest] = /^\/repos\/([^/?]+\/[^/?]+)(.*)$/.exec(path) ?? [];
    if (rest === "/merge-upstream" && parents.has(repository)) {
      return respond(response, ...(await mergeUpstream(repository, JSON.parse(body))));
    }
    if (parents.has(repository) && request.method === "POST" && /^\/git\/(trees|commits|refs)$/.test(rest)) {
      const parent = parents.get(repository);
      await share(parent, repository, await head(parent, "main", repository.split("/")[0]));
    }
    const [, number, verb] = /^\/pulls\/(\d+)\/(files|merge)(?:\?|$)/.exec(rest ?? "") ?? [];
    if (verb === "files" && request.method === "GET") {
      return respond(response, 200, await ofPulls.files(repository, number, login(request)));
    }
    if (verb === "merge" && request.method === "PUT") {
      return respond(response, ...(await ofPulls.merge(repository, number, JSON.parse(body.length ? body : "{}"), login(request))));
    }
    if (hasWorkflows && request.method === "POST" && /\/actions\/workflows\/[^/]+\/dispatches$/.test(rest ?? "")) {
      return respond(response, 204);
    }
    const answer = await send(emulator, request.method, path, request.headers, body);
    const isFork = rest === "/forks" && answer.status === 202;
    if (isFork || (rest === "" && answer.status === 200)) {
      const value = JSON.parse(answer.body);
      if (isFork) {
        parents.set(value.full_name, repository);
        const upstream = await head(repository, value.default_branch, login(request));
        await share(repository, value.full_name, upstream);
        await move(value.full_name, value.default_branch, upstream);
      }
      const push = value.owner.login === login(request);
      value.permissions = { admin: push, maintain: push, push, triage: push, pull: true };
      const parent = parents.get(value.full_name);
      if (parent) value.parent = value.source = await must("GET", `/repos/${parent}`, login(request));
      return respond(response, answer.status, value);
    }
    if (/^\/pulls(\/\d+)?(\?|$)/.test(rest ?? "") && answer.status < 300) {
      const value = JSON.parse(answer.body);
      for (const pull of [value].flat()) await ofPulls.current(repository, pull, login(request));
      answer.body = Buffer.from(JSON.stringify(value));
      delete answer.headers["content-length"];
    }
    const { "transfer-encoding": _, connection, ...headers } = answer.headers;
    response.writeHead(answer.status, headers);
    response.end(answer.body);
  };
}
