// Every exchange as it was on the wire, before anything is redacted: what the servers of this process were sent and answered.
import { subscribe, unsubscribe } from "node:diagnostics_channel";

const channel = "http.server.request.start";

/** @returns {{ exchanges: { method: string, url: string, host: string, headers: object, body: string, answer: string, answerHeaders: string }[], end: () => void }} */
export function captureTraffic() {
  const exchanges = [];
  const listener = ({ request, response }) => {
    const { method, url, headers } = request;
    const exchange = { method, url, host: headers.host, headers, body: "", answer: "", answerHeaders: "" };
    exchanges.push(exchange);
    observe(request, "push", (chunk) => (exchange.body += textOf(chunk)));
    observe(response, "writeHead", (...parts) => (exchange.answerHeaders += JSON.stringify(parts)));
    observe(response, "write", (chunk) => (exchange.answer += textOf(chunk)));
    observe(response, "end", (chunk) => (exchange.answer += textOf(chunk)));
  };
  subscribe(channel, listener);
  return { exchanges, end: () => unsubscribe(channel, listener) };
}

function observe(object, method, see) {
  const original = object[method];
  object[method] = function (...parts) {
    see(...parts);
    return original.apply(this, parts);
  };
}

function textOf(chunk) {
  return typeof chunk === "string" || Buffer.isBuffer(chunk) ? chunk.toString() : "";
}
