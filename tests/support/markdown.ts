/** What the tests of the documentation read in a page. */

/** The anchors of a page: those of its headings, as GitHub makes them, and those that stand in it. */
export function anchorsOf(page: string): readonly string[] {
  const seen = new Map<string, number>();
  const text = withoutCode(page);
  const headings = [...text.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id)];
}

/** The links of a page that lead to no website: to a path from the page on, which is empty for the page itself, and a place in it. */
export function linksOf(
  page: string,
): readonly { readonly link: string; readonly path: string; readonly anchor?: string }[] {
  return [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = "", anchor] = link.split("#");
      return { link, path, ...(anchor === undefined ? {} : { anchor }) };
    });
}

/** Without the blocks between fences, whose lines may begin with a #. */
export function withoutCode(page: string): string {
  return page.replace(/^```.*?^```$/gms, "");
}
