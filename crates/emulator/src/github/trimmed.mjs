// The part of GitHub's OpenAPI description that we use: the whole of it takes prism minutes.

/** Each path that the client asks, with its methods. */
const USED = {
  "/user": ["get"],
  "/repos/{owner}/{repo}": ["get"],
  "/repos/{owner}/{repo}/forks": ["post"],
  "/repos/{owner}/{repo}/merge-upstream": ["post"],
  "/repos/{owner}/{repo}/contents/{path}": ["get"],
  "/repos/{owner}/{repo}/git/ref/{ref}": ["get"],
  "/repos/{owner}/{repo}/git/refs": ["post"],
  "/repos/{owner}/{repo}/git/refs/{ref}": ["patch"],
  "/repos/{owner}/{repo}/git/commits": ["post"],
  "/repos/{owner}/{repo}/git/commits/{commit_sha}": ["get"],
  "/repos/{owner}/{repo}/git/trees": ["post"],
  "/repos/{owner}/{repo}/git/trees/{tree_sha}": ["get"],
  "/repos/{owner}/{repo}/git/blobs": ["post"],
  "/repos/{owner}/{repo}/git/blobs/{file_sha}": ["get"],
  "/repos/{owner}/{repo}/pulls": ["get", "post"],
  "/repos/{owner}/{repo}/pulls/{pull_number}": ["get", "patch"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/files": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/merge": ["put"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/reviews": ["get"],
  "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["patch"],
  "/repos/{owner}/{repo}/issues/{issue_number}/labels": ["post"],
  "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}": ["delete"],
  "/repos/{owner}/{repo}/labels": ["post"],
  "/repos/{owner}/{repo}/labels/{name}": ["get"],
  "/repos/{owner}/{repo}/commits/{ref}/check-runs": ["get"],
  "/repos/{owner}/{repo}/actions/runs": ["get"],
  "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches": ["post"],
};

export function trimmed(whole) {
  const paths = {};
  for (const [path, methods] of Object.entries(USED)) {
    const item = whole.paths[path];
    if (!item) throw new Error(`GitHub describes no ${path}`);
    paths[path] = {};
    for (const method of methods) {
      if (!item[method]) throw new Error(`GitHub describes no ${method} ${path}`);
      const { servers, ...operation } = item[method];
      paths[path][method] = operation;
    }
  }
  const { openapi, info } = whole;
  const kept = { openapi, info, paths, components: {} };
  keepReferenced(whole, kept);
  return kept;
}

/** Copies what `kept` refers to, and what that refers to. */
function keepReferenced(whole, kept) {
  const waiting = [kept.paths];
  while (waiting.length) {
    const value = waiting.pop();
    if (value === null || typeof value !== "object") continue;
    if (typeof value.$ref === "string") {
      const [kind, name] = value.$ref.split("/").slice(2);
      kept.components[kind] ??= {};
      if (!(name in kept.components[kind])) {
        const component = whole.components[kind][name];
        kept.components[kind][name] = component;
        waiting.push(component);
      }
    }
    // Examples are large, and may look like references.
    for (const [key, below] of Object.entries(value)) {
      if (key === "examples" && value.schema) delete value.examples;
      else waiting.push(below);
    }
  }
}
