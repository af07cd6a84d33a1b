// A certified OpenID provider, oidc-provider, on the paths that GitHub has its device flow on.
//
//   node provider.mjs FOLDER SHAPE      FOLDER: the npm package; SHAPE: "standard" or "github"
//
// Says its port, then does what it is told, a line of JSON each:
//   {"approve": CODE} {"deny": CODE} {"expire": CODE} {"hurry": N}  -> {"done": true}
//
// In the shape "github", errors are answered with 200, as GitHub does. "hurry" has the next N questions
// for a token answered with slow_down, which this provider itself never says.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, shape] = process.argv.slice(2);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
// The provider warns about being a test, on standard output.
console.info = console.warn = console.log = console.error;

// Keeps what has expired, so that it is refused as expired and not as unknown.
const kept = new Map();
class Adapter {
  constructor(model) {
    this.model = model;
  }
  key(id) {
    return `${this.model}:${id}`;
  }
  async upsert(id, payload) {
    kept.set(this.key(id), payload);
  }
  async find(id) {
    return kept.get(this.key(id));
  }
  async findByUserCode(code) {
    return [...kept.values()].find((payload) => payload.userCode === code);
  }
  async consume(id) {
    kept.get(this.key(id)).consumed = true;
  }
  async destroy(id) {
    kept.delete(this.key(id));
  }
  async revokeByGrantId() {}
}

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const { port } = server.address();
const { Provider } = await import(pathToFileURL(`${folder}/lib/index.js`));
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: Adapter,
  clients: [
    {
      client_id: "Iv1.known",
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
      response_types: [],
      redirect_uris: [],
    },
    {
      client_id: "Iv1.other-ways-only",
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      redirect_uris: ["http://127.0.0.1/back"],
    },
  ],
  scopes: ["public_repo"],
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  routes: {
    device_authorization: "/login/device/code",
    token: "/login/oauth/access_token",
    code_verification: "/login/device",
  },
});

let hurried = 0;
const answer = provider.callback();
server.on("request", (request, response) => {
  const refused = shape === "github" ? 200 : 400;
  if (request.url === "/login/oauth/access_token" && hurried > 0) {
    hurried -= 1;
    response.writeHead(refused, { "content-type": "application/json" });
    response.end('{"error":"slow_down","interval":12}');
    return;
  }
  const end = response.end;
  response.end = (...rest) => {
    if (response.statusCode === 400) response.statusCode = refused;
    return end.apply(response, rest);
  };
  answer(request, response);
});

// What the pages of the provider do in the end.
async function decide(order) {
  if (order.hurry) hurried = order.hurry;
  const typed = order.approve ?? order.deny ?? order.expire;
  if (!typed) return;
  const code = await provider.DeviceCode.findByUserCode(typed.replace("-", ""));
  if (order.approve) {
    const grant = new provider.Grant({ accountId: "583231", clientId: code.clientId });
    grant.addOIDCScope(code.params.scope);
    const grantId = await grant.save();
    Object.assign(code, { accountId: "583231", grantId, scope: code.params.scope });
    await code.save();
  } else if (order.deny) {
    Object.assign(code, { error: "access_denied", errorDescription: "The person said no" });
    await code.save();
  } else {
    for (const payload of kept.values()) if (payload.userCode) payload.exp = 1;
  }
}
for await (const line of (say({ port }), createInterface({ input: process.stdin }))) {
  await decide(JSON.parse(line));
  say({ done: true });
}
process.exit(0);
