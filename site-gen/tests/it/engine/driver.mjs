// Drives the search engine as a browser's worker does. `node driver.mjs MODULE` reads a command a
// line and answers with a line; both are JSON.
//
//   {"open":"FOLDER"}          a new instance, with the index of published files in FOLDER
//   {"ask":REQUEST}            steps, and supplies what is needed, until there is an answer
//   {"step":REQUEST}           steps once
//   {"supply":[N,"HEX"]}       hands over bytes, whatever they are
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";

// As a rule it takes three.
const MOST_ROUNDS = 8;

const module = new WebAssembly.Module(gunzipSync(readFileSync(process.argv[2])));
let engine, folder;

function call(name, first, bytes) {
  const ptr = engine.alloc(bytes.length);
  new Uint8Array(engine.memory.buffer, ptr, bytes.length).set(bytes);
  const out = engine[name](...first, ptr, bytes.length);
  // Looked up again: memory that has grown has another buffer.
  const length = new DataView(engine.memory.buffer).getUint32(out, true);
  const json = new Uint8Array(engine.memory.buffer, out + 4, length);
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
}

const file = (name) => gunzipSync(readFileSync(`${folder}/${name}.bin`));
const step = (request) => call("step", [], new TextEncoder().encode(JSON.stringify(request)));

function ask(request) {
  let fetched = 0;
  for (let rounds = 1; rounds <= MOST_ROUNDS; rounds++) {
    const answer = step(request);
    if (!answer.need) return { answer, rounds, fetched };
    for (const piece of answer.need) {
      let bytes;
      try {
        bytes = file(piece);
      } catch (error) {
        return { missing: piece, why: String(error.message) };
      }
      const supplied = call("supply", [piece], bytes);
      if (supplied.error) return { refused: piece, why: supplied.error.message };
      fetched += 1;
    }
  }
  return { endless: MOST_ROUNDS };
}

function obey(command) {
  if (command.open) {
    folder = command.open;
    // Without a second argument: it has to import nothing.
    engine = new WebAssembly.Instance(module).exports;
    return call("open", [], file("hot"));
  }
  if (command.ask) return ask(command.ask);
  if (command.step) return step(command.step);
  const [piece, bytes] = command.supply;
  return call("supply", [piece], Buffer.from(bytes, "hex"));
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = obey(JSON.parse(line));
  } catch (error) {
    const trap = error instanceof WebAssembly.RuntimeError;
    answer = { [trap ? "trap" : "failed"]: String(error.message) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
