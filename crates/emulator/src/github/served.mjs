// GitHub for tests, on this machine:
//
//   our client -> gate -> prism -> stand-in -> emulator
//
// gate      counts and keeps requests, and can stop answering at one of them, as if our program died
// prism     @stoplight/prism-cli's proxy: checks requests and answers against GitHub's own OpenAPI
//           description (npm @octokit/openapi), of which it is given the paths that we use
// stand-in  what the emulator lacks, and nothing else; see `standIn`
// emulator  vercel-labs' (npm emulate), which holds the state
//
// Beside it, for who wants them: `hosting.mjs` for git, `pages.mjs` for Pages.
//
// Each line of stdin is a command in JSON, and each is answered with one line; see `commands`.
// Arguments: the folders of the packages emulate, @octokit/openapi and @stoplight/prism-cli.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

import { hosting } from "./hosting.mjs";
import { pages } from "./pages.mjs";
import { standIn } from "./stand-in.mjs";
import { trimmed } from "./trimmed.mjs";
import { read, respond, send } from "./wire.mjs";

const [emulate, openapi, prism] = process.argv.slice(2);
const { createEmulator } = await import(pathToFileURL(join(emulate, "dist/api.js")));
const require = createRequire(join(prism, "package.json"));
const { createLogger } = require("@stoplight/prism-core");
const { getHttpOperationsFromSpec } = require("@stoplight/prism-http");
const prismServer = require("@stoplight/prism-http-server");

const description = readFileSync(join(openapi, "generated/api.github.com.json"), "utf8");
const operations = await getHttpOperationsFromSpec(trimmed(JSON.parse(description)));

const worlds = [];

/** A forge of its own: people by login, repositories as the emulator's seed has them. */
async function world({ people, repositories, checked, workflows }) {
  const token = (login) => `gho_${login}`;
  const tokens = Object.fromEntries(people.map((login) => [token(login), { login, scopes: ["public_repo"] }]));
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    hostname: "127.0.0.1",
    seed: {
      tokens,
      github: {
        users: people.map((login) => ({ login })),
        repos: repositories,
      },
    },
  });
  const held = emulator.url.replace("localhost", "127.0.0.1");
  const front = await listening(standIn(held, token, workflows));
  const behind = checked ? await proxy(front) : front;
  const log = [];
  const cut = { at: 0, after: false };
  const url = await listening(gate(behind, log, cut));
  const ask = asking(front, token);
  worlds.push({ log, cut, ask, git: hosting(demanding(ask)) });
  return { world: worlds.length - 1, url: `${url}/`, front: `${front}/` };
}

/** Asks the forge as somebody, past the checks. */
function asking(front, token) {
  return async (method, path, login, value) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token(login)}` };
    const body = Buffer.from(value ? JSON.stringify(value) : "");
    const { status, body: said } = await send(front, method, path, headers, body);
    return { status, value: said.length ? JSON.parse(said) : null };
  };
}

/** The same, where a refusal is an error. */
function demanding(ask) {
  return async (...asked) => {
    const { status, value } = await ask(...asked);
    if (status >= 300) throw new Error(`${asked[0]} ${asked[1]}: ${status} ${JSON.stringify(value)}`);
    return value;
  };
}

/** Prism in front of the stand-in. It compiles schemas for each request, which takes its time. */
async function proxy(front) {
  const logger = createLogger("prism", { level: "silent" });
  const server = prismServer.createServer(operations, {
    components: { logger },
    cors: false,
    config: {
      isProxy: true,
      upstream: new URL(front),
      validateRequest: true,
      validateResponse: true,
      checkSecurity: false,
      errors: false,
      mock: { dynamic: false },
    },
  });
  return server.listen(0, "127.0.0.1");
}

/** Passes requests on until the one where it is cut, which gets no answer of use, like all after it. */
function gate(behind, log, cut) {
  return async (request, response) => {
    const body = await read(request);
    const entry = { method: request.method, path: request.url, violations: [] };
    log.push(entry);
    const died = () => respond(response, 418, { message: "cut off" });
    const number = log.length;
    if (cut.at && (number > cut.at || (number === cut.at && !cut.after))) return died();
    const answer = await send(behind, request.method, oneSegment(request.url), request.headers, body);
    const said = answer.headers["sl-violations"];
    if (said) entry.violations = violations(said);
    if (String(answer.headers["content-type"]).includes("problem+json")) {
      entry.violations.push({ location: ["request"], message: answer.body.toString() });
    }
    if (number === cut.at) return died();
    const { status, headers } = answer;
    response.writeHead(status, { "content-type": headers["content-type"] ?? "application/json", ...link(headers) });
    response.end(answer.body);
  };
}

const link = (headers) => (headers.link ? { link: headers.link } : {});

function violations(said) {
  try {
    return JSON.parse(said);
  } catch {
    return [{ location: ["response"], message: said }];
  }
}

/** Prism has no parameters with slashes; GitHub takes them either way. `stand-in.mjs` undoes it. */
function oneSegment(url) {
  const [path, query] = url.split("?");
  const parts = /^(.*\/(?:git\/refs?|contents)\/)(.+)$/.exec(path);
  const whole = parts ? parts[1] + parts[2].replaceAll("/", "%2F") : path;
  return query === undefined ? whole : `${whole}?${query}`;
}

function listening(handler) {
  const server = createServer((request, response) => {
    handler(request, response).catch((error) => respond(response, 500, { message: String(error.stack) }));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

const commands = {
  world,
  /** What was asked since the last time, with what is wrong with it. */
  async log({ world }) {
    return worlds[world].log.splice(0);
  },
  /** From now on, the n-th request is the last: it reaches the forge or it does not. */
  async cut({ world, at, after }) {
    worlds[world].log.splice(0);
    Object.assign(worlds[world].cut, { at, after });
    return {};
  },
  async ask({ world, method, path, login, body }) {
    return worlds[world].ask(method, path, login, body);
  },
  async push({ world, repository, folder, branch }) {
    return worlds[world].git.push(repository, folder, branch);
  },
  async fetch({ world, repository, folder }) {
    return worlds[world].git.fetch(repository, folder);
  },
  async pages({ folder }) {
    return { url: `${await listening(pages(folder))}/` };
  },
};

console.log(JSON.stringify({ ready: operations.length }));
for await (const line of createInterface({ input: process.stdin })) {
  const [name, argument] = Object.entries(JSON.parse(line))[0];
  try {
    console.log(JSON.stringify({ done: (await commands[name](argument)) ?? {} }));
  } catch (error) {
    console.log(JSON.stringify({ failed: String(error.stack) }));
  }
}
process.exit(0);
