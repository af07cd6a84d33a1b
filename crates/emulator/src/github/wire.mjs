// Requests and answers, whole.

import { request as ask } from "node:http";

export function respond(response, status, value) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

export async function read(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

export function send(to, method, path, headers, body) {
  const { host, connection, "transfer-encoding": _, ...kept } = headers;
  if (body.length) kept["content-length"] = body.length;
  return new Promise((resolve, reject) => {
    const asked = ask(new URL(path, to), { method, headers: kept }, async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: await read(answer) });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
