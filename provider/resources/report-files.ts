/** The files of a report, downloaded while its links live: `name.csv`, or `name-1.csv`, `name-2.csv` … where there are several. */
import { join } from "node:path";
import { download, type Downloaded } from "./download";

export interface ReportLink {
  readonly link: string;
  readonly byteCount?: number;
}

export async function downloadLinks(
  links: readonly ReportLink[],
  folder: string,
  name: string,
  progress?: (file: string, received: number, total: number | undefined) => void,
): Promise<readonly Downloaded[]> {
  const files: Downloaded[] = [];
  for (const [index, { link, byteCount }] of links.entries()) {
    const target = join(folder, `${name}${links.length > 1 ? `-${index + 1}` : ""}.csv`);
    const size = byteCount === undefined ? {} : { byteCount };
    files.push(
      await download({ link, target, ...size, progress: (received, total) => progress?.(target, received, total) }),
    );
  }
  return files;
}
