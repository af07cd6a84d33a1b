// A stand-in for GitHub Pages: the files of a folder over http, which is all that Pages is to us.

import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";

/** The folder is looked at anew for each request. */
export function pages(folder) {
  return async (request, response) => {
    const path = normalize(decodeURIComponent(request.url.split("?")[0]));
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-length": body.length });
      response.end(request.method === "HEAD" ? undefined : body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("Not Found\n");
    }
  };
}
