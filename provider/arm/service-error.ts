/** Reads the service's error bodies. Two shapes of the service (service reference, section 7), ARM's own, and those of proxies. */

export interface ServiceError {
  readonly code: string | undefined;
  readonly message: string;
}

/** How much of a text that is no JSON is shown: enough to recognise the proxy that wrote it. */
const extractLength = 160;

export function parseServiceError(text: string, contentType: string | undefined): ServiceError {
  const trimmed = text.trim();
  if (trimmed === "") return { code: undefined, message: "the answer has no body" };
  const body = parseJson(trimmed);
  if (isObject(body)) {
    const error = isObject(body["error"]) ? body["error"] : body;
    return { code: codeOf(error), message: flatten(error) || extract(trimmed) };
  }
  if (/html/i.test(contentType ?? "") || /^<(!doctype|html)/i.test(trimmed)) {
    return {
      code: undefined,
      message: `the answer is an HTML page, so it probably comes from a proxy or gateway and not from the service: "${extract(pageText(trimmed))}"`,
    };
  }
  return { code: undefined, message: `the answer is no JSON: "${extract(trimmed)}"` };
}

/** `error_description` is the token endpoint's word for a message. */
function flatten(error: Readonly<Record<string, unknown>>): string {
  const sentences: string[] = [];
  const add = (code: string | undefined, message: string | undefined): void => {
    const sentence = message ?? code;
    if (sentence === undefined || sentence === "" || sentences.some((known) => known.includes(sentence))) return;
    sentences.push(
      message !== undefined && code !== undefined && sentences.length > 0 ? `${code}: ${message}` : sentence,
    );
  };
  const visit = (value: unknown, depth: number): void => {
    if (!isObject(value) || depth > 8) return;
    add(codeOf(value), textOf(value["message"]) ?? textOf(value["error_description"]));
    for (const detail of Array.isArray(value["details"]) ? (value["details"] as unknown[]) : [])
      visit(detail, depth + 1);
    visit(value["innererror"] ?? value["innerError"], depth + 1);
  };
  visit(error, 0);
  return sentences.join(" ");
}

function codeOf(error: Readonly<Record<string, unknown>>): string | undefined {
  const code = error["code"] ?? error["error"];
  return typeof code === "number" ? String(code) : textOf(code);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function pageText(html: string): string {
  const title = /<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1]?.trim();
  const rest = html.replace(/<(style|script|title)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
  return title === undefined || title === "" ? rest : title;
}

function extract(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > extractLength ? `${line.slice(0, extractLength)}…` : line;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
