/** The modules that the campaigns work on, as sources. */
import { createCostManagement } from "../../emulator/cost-management";
import { errors, refuse } from "../../emulator/cost-management/errors";
import { defaultSwitches } from "../../emulator/types";
import * as arm from "../../provider/arm";
import * as agreements from "../../provider/cost-management/agreements";
import * as apiVersions from "../../provider/cost-management/api-versions";
import * as catalogue from "../../provider/cost-management/catalogue";
import * as fields from "../../provider/cost-management/fields";
import { unknown } from "../../provider/cost-management/unknown";
import { validate } from "../../provider/cost-management/validate";
import * as wire from "../../provider/cost-management/wire";
import { withCure } from "../../provider/resources/explain";
import { exportResource } from "../../provider/resources/export";
import { decideCreate } from "../../provider/resources/export-decide";
import { createExportReader } from "../../provider/resources/export-reader";
import { exportRunResource } from "../../provider/resources/export-run";

export const modules = {
  ...arm,
  ...agreements,
  ...apiVersions,
  ...catalogue,
  ...fields,
  ...wire,
  createCostManagement,
  createExportReader,
  decideCreate,
  defaultSwitches,
  errors,
  exportResource,
  exportRunResource,
  unknown,
  refuse,
  validate,
  withCure,
};
