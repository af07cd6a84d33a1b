// GitHub's GraphQL over a handful of discussions: its own schema, executed by graphql-js, so that an
// answer is what the document asked for and nothing else. A document that is not valid gets the
// engine's own errors.
//
//   node github.mjs <folder of @octokit/graphql-schema> <fixture.json>
//
// Prints its port. POST /graphql asks; GET /state shows what is there; POST /state merges into it.
// GET /user is whoever the fixture says is signed in. `validate` instead of a fixture reads documents
// as {name: text} from stdin and prints their errors as {name: [message]}.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { createRequire } from "node:module";

const [folder, fixture] = process.argv.slice(2);
const require = createRequire(path.join(folder, "package.json"));
const { buildSchema, graphql, parse, validate } = require("graphql");
const schema = buildSchema(fs.readFileSync(path.join(folder, "schema.graphql"), "utf8"), {
  assumeValid: true,
});

if (fixture === "validate") {
  const documents = JSON.parse(fs.readFileSync(0, "utf8"));
  const errors = Object.entries(documents).map(([name, text]) => {
    try {
      return [name, validate(schema, parse(text)).map((error) => error.message)];
    } catch (error) {
      return [name, [error.message]];
    }
  });
  console.log(JSON.stringify(Object.fromEntries(errors)));
  process.exit(0);
}

const state = {
  owner: "example", name: "hub", enabled: true, categories: ["General", "Ratings"],
  discussions: [], requests: 0, failAfter: null, limitOnce: false, broken: 0, page: 100,
  viewer: { login: "example-dev", id: 7 }, now: "2026-11-20T12:00:00Z",
  ...JSON.parse(fs.readFileSync(fixture, "utf8")),
};

// As GitHub does: `first` is from 1 to 100. `page` makes pages smaller than asked for, which a client
// has to bear.
function connection(items, { first, after }) {
  if (!(first >= 1 && first <= 100)) throw new Error("`first` must be from 1 to 100");
  const start = after ? Number(Buffer.from(after, "base64").toString()) : 0;
  const end = start + Math.min(first, state.page);
  return {
    totalCount: items.length,
    nodes: items.slice(start, end),
    pageInfo: {
      hasNextPage: end < items.length,
      endCursor: Buffer.from(String(Math.min(end, items.length))).toString("base64"),
    },
  };
}

const actor = (who) => who && {
  __typename: who.kind ?? "User", login: who.login, databaseId: who.id, id: `U_${who.login}`,
};
const commentOf = (comment) => comment && {
  __typename: "DiscussionComment",
  lastEditedAt: null, deletedAt: null, isMinimized: false, createdAt: state.now,
  ...comment,
  url: `https://github.test/c/${comment.id}`,
  author: actor(comment.author),
  editor: actor(comment.editor ?? null),
};
const discussionOf = (discussion, at) => ({
  __typename: "Discussion",
  id: `D_${at}`,
  number: at + 1,
  url: `https://github.test/d/${at + 1}`,
  title: discussion.title,
  body: discussion.body,
  authorAssociation: discussion.association ?? "NONE",
  author: actor(discussion.author),
  comments: (args) => connection((discussion.comments ?? []).map(commentOf), args),
  reactions: (args) => connection((discussion.reactions ?? []).map((reaction) => ({
    ...reaction, user: reaction.user && { login: reaction.user.login, databaseId: reaction.user.id },
  })), args),
});
const all = () => state.discussions.map((one, at) => ({ at, category: one.category ?? "Ratings", node: discussionOf(one, at) }));
const raw = (id) => state.discussions[Number(id.slice(2))];

const root = {
  repository: ({ owner, name }) => {
    if (owner !== state.owner || name !== state.name) {
      throw new Error(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    return {
      id: "R_1",
      hasDiscussionsEnabled: state.enabled,
      discussionCategories: (args) => connection(state.categories.map((name) => ({ id: `C_${name}`, name })), args),
      discussions: (args) => connection(
        all().filter((one) => !args.categoryId || `C_${one.category}` === args.categoryId).map((one) => one.node),
        args,
      ),
    };
  },
  node: ({ id }) => all().map((one) => one.node).find((one) => one.id === id) ?? null,
  createDiscussion: ({ input }) => {
    state.discussions.push({
      title: input.title, body: input.body, category: input.categoryId.slice(2),
      author: { login: "github-actions", kind: "Bot" }, comments: [], reactions: [],
    });
    return { discussion: all().at(-1).node };
  },
  addDiscussionComment: ({ input }) => {
    const comments = (raw(input.discussionId).comments ??= []);
    comments.push({ id: `N_${comments.length}_${input.discussionId}`, body: input.body, author: state.viewer, createdAt: state.now });
    return { comment: commentOf(comments.at(-1)) };
  },
  updateDiscussionComment: ({ input }) => {
    const comment = state.discussions.flatMap((one) => one.comments ?? []).find((one) => one.id === input.commentId);
    Object.assign(comment, { body: input.body, lastEditedAt: state.now, editor: state.viewer });
    return { comment: commentOf(comment) };
  },
};

async function answer(body) {
  state.requests += 1;
  if (state.failAfter !== null && state.requests > state.failAfter) {
    return { errors: [{ message: "Something went wrong while executing your query." }] };
  }
  if (state.limitOnce) {
    state.limitOnce = false;
    return { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] };
  }
  const { query, variables } = JSON.parse(body);
  return graphql({ schema, source: query, rootValue: root, variableValues: variables });
}

http.createServer((request, response) => {
  let body = "";
  request.on("data", (part) => { body += part; });
  request.on("end", async () => {
    let said = state;
    if (request.url === "/graphql" && state.broken > 0) {
      state.broken -= 1;
      response.writeHead(502).end("no");
      return;
    }
    if (request.url === "/graphql") said = await answer(body);
    else if (request.url === "/user") said = { login: state.viewer.login, id: state.viewer.id };
    else if (request.method === "POST") Object.assign(state, JSON.parse(body));
    response.writeHead(200, { "content-type": "application/json", "retry-after": "0" });
    response.end(JSON.stringify(said));
  });
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
