/** What can be bought in the emulated world: a few services with their meters, regions and reservations. Prices in USD. */

export interface MeterRow {
  /** Names the resources that it measures; meters of one prefix measure the same resources. */
  readonly prefix: string;
  readonly namespace: string;
  /** Below the namespace, as in a resource id: `virtualMachines`, `servers/databases`. */
  readonly type: string;
  readonly family: string;
  readonly category: string;
  readonly subCategory: string;
  readonly meter: string;
  /** The size or plan: what a reservation covers. */
  readonly sku: string;
  readonly unit: UnitRow;
  /** Millionths: the list price of one unit in the first region. */
  readonly listMicros: number;
  /** Thousandths of a unit that a day may take, from and to. */
  readonly perDay: readonly [number, number];
  readonly focus: {
    readonly category: string;
    readonly subcategory: string;
    readonly service: string;
    readonly resourceType: string;
    readonly model: "IaaS" | "PaaS" | "SaaS";
  };
  readonly reservation?: ReservationRow;
}

export interface UnitRow {
  /** As on the price sheet. */
  readonly text: string;
  readonly block: number;
  /** As FOCUS names what is consumed and priced. */
  readonly focus: string;
}

/** One per subscription and meter that has it; renewed for ever. */
export interface ReservationRow {
  readonly name: string;
  readonly kind: string;
  readonly armSku: string;
  readonly years: 1 | 3;
  readonly billing: "upfront" | "monthly";
  /** Units per hour. */
  readonly quantity: number;
  /** How many resources it covers, the first ones of the subscription; together they never use more than it gives. */
  readonly covers: number;
  readonly flexibilityGroup: string;
  /** The value of the recommendations' filter. */
  readonly resourceType: string;
}

const hour: UnitRow = { text: "1 Hour", block: 1, focus: "Hours" };
const month: UnitRow = { text: "1/Month", block: 1, focus: "Units/Month" };
const gigabyteMonth: UnitRow = { text: "1 GB/Month", block: 1, focus: "GB/Month" };
const gigabyte: UnitRow = { text: "1 GB", block: 1, focus: "GB" };
const tenThousand: UnitRow = { text: "10K", block: 10_000, focus: "Units" };

const virtualMachine = {
  prefix: "vm",
  namespace: "Microsoft.Compute",
  type: "virtualMachines",
  family: "Compute",
  focus: {
    category: "Compute",
    subcategory: "Virtual Machines",
    service: "Virtual Machines",
    resourceType: "Virtual machine",
    model: "IaaS",
  },
} as const;
const storageAccount = {
  prefix: "st",
  namespace: "Microsoft.Storage",
  type: "storageAccounts",
  family: "Storage",
  category: "Storage",
  subCategory: "Tiered Block Blob",
  sku: "Standard_LRS",
  focus: {
    category: "Storage",
    subcategory: "Object Storage",
    service: "Storage Accounts",
    resourceType: "Storage account",
    model: "IaaS",
  },
} as const;

/** What can be reserved comes first, so that the smallest world has it. */
export const meters: readonly MeterRow[] = [
  {
    ...virtualMachine,
    category: "Virtual Machines",
    subCategory: "Dv3/DSv3 Series",
    meter: "D2 v3/D2s v3",
    sku: "Standard_D2s_v3",
    unit: hour,
    listMicros: 115_000,
    perDay: [14_000, 24_000],
    reservation: {
      name: "VM_RI",
      kind: "Reserved VM Instance",
      armSku: "Standard_D2s_v3",
      years: 1,
      billing: "upfront",
      quantity: 2,
      covers: 2,
      flexibilityGroup: "DSv3 Series",
      resourceType: "VirtualMachines",
    },
  },
  {
    prefix: "sql",
    namespace: "Microsoft.Sql",
    type: "servers/databases",
    family: "Databases",
    category: "SQL Database",
    subCategory: "Single/Elastic Pool General Purpose - Compute Gen5",
    meter: "vCore",
    sku: "GP_Gen5",
    unit: hour,
    listMicros: 152_100,
    perDay: [40_000, 48_000],
    focus: {
      category: "Databases",
      subcategory: "Relational Databases",
      service: "SQL Database",
      resourceType: "SQL database",
      model: "PaaS",
    },
    reservation: {
      name: "SQL_RI",
      kind: "SQL Database Reserved vCore",
      armSku: "SQLDB_GP_Compute_Gen5",
      years: 3,
      billing: "monthly",
      quantity: 2,
      covers: 1,
      flexibilityGroup: "SQL Database General Purpose Gen5",
      resourceType: "SQLDatabases",
    },
  },
  {
    prefix: "disk",
    namespace: "Microsoft.Compute",
    type: "disks",
    family: "Storage",
    category: "Storage",
    subCategory: "Premium SSD Managed Disks",
    meter: "P10 LRS Disk",
    sku: "Premium_LRS",
    unit: month,
    listMicros: 21_680_000,
    perDay: [32, 34],
    focus: {
      category: "Storage",
      subcategory: "Block Storage",
      service: "Azure Disk Storage",
      resourceType: "Disk",
      model: "IaaS",
    },
  },
  {
    ...storageAccount,
    meter: "Hot LRS Data Stored",
    unit: gigabyteMonth,
    listMicros: 20_800,
    perDay: [3_000, 90_000],
  },
  {
    ...storageAccount,
    meter: "Hot LRS Write Operations",
    unit: tenThousand,
    listMicros: 54_000,
    perDay: [1, 4_000],
  },
  {
    ...virtualMachine,
    category: "Bandwidth",
    subCategory: "Inter-Region",
    meter: "Intra Continent Data Transfer Out",
    sku: "Intra Continent",
    unit: gigabyte,
    listMicros: 20_000,
    perDay: [1, 6_000],
  },
  {
    prefix: "plan",
    namespace: "Microsoft.Web",
    type: "serverFarms",
    family: "Compute",
    category: "Azure App Service",
    subCategory: "Premium v3 Plan - Linux",
    meter: "P1 v3 App",
    sku: "P1v3",
    unit: hour,
    listMicros: 155_000,
    perDay: [24_000, 24_000],
    focus: {
      category: "Web",
      subcategory: "Application Platforms",
      service: "Azure App Service",
      resourceType: "App Service plan",
      model: "PaaS",
    },
  },
  {
    prefix: "log",
    namespace: "Microsoft.OperationalInsights",
    type: "workspaces",
    family: "Management and Governance",
    category: "Log Analytics",
    subCategory: "",
    meter: "Analytics Logs Data Ingestion",
    sku: "PerGB2018",
    unit: gigabyte,
    listMicros: 2_990_000,
    perDay: [50, 9_000],
    focus: {
      category: "Management and Governance",
      subcategory: "Observability",
      service: "Azure Monitor",
      resourceType: "Log Analytics workspace",
      model: "PaaS",
    },
  },
  {
    prefix: "pip",
    namespace: "Microsoft.Network",
    type: "publicIPAddresses",
    family: "Networking",
    category: "Virtual Network",
    subCategory: "IP Addresses",
    meter: "Standard IPv4 Static Public IP",
    sku: "Standard",
    unit: hour,
    listMicros: 5_000,
    perDay: [24_000, 24_000],
    focus: {
      category: "Networking",
      subcategory: "Network Infrastructure",
      service: "Virtual Network",
      resourceType: "Public IP address",
      model: "IaaS",
    },
  },
  {
    prefix: "kv",
    namespace: "Microsoft.KeyVault",
    type: "vaults",
    family: "Security",
    category: "Key Vault",
    subCategory: "",
    meter: "Operations",
    sku: "Standard",
    unit: tenThousand,
    listMicros: 30_000,
    perDay: [1, 900],
    focus: {
      category: "Security",
      subcategory: "Secret Management",
      service: "Key Vault",
      resourceType: "Key vault",
      model: "PaaS",
    },
  },
  {
    prefix: "cosmos",
    namespace: "Microsoft.DocumentDB",
    type: "databaseAccounts",
    family: "Databases",
    category: "Azure Cosmos DB",
    subCategory: "Azure Cosmos DB",
    meter: "100 RU/s",
    sku: "RUs",
    unit: hour,
    listMicros: 8_000,
    perDay: [96_000, 240_000],
    focus: {
      category: "Databases",
      subcategory: "NoSQL Databases",
      service: "Azure Cosmos DB",
      resourceType: "Cosmos DB account",
      model: "PaaS",
    },
  },
];

/** Sold by another publisher through the marketplace: one for each subscription, every month. */
export const marketplace = {
  publisher: "Fabrikam",
  publisherId: "fabrikam",
  offer: "Fabrikam Backup",
  plan: "standard",
  microsPerMonth: 120_000_000,
} as const;

export interface RegionRow {
  /** As in a resource's `location`. */
  readonly id: string;
  readonly name: string;
  /** As meters call it. */
  readonly meterName: string;
  /** Thousandths of the first region's prices. */
  readonly priceFactor: number;
}

export const regions: readonly RegionRow[] = [
  { id: "westeurope", name: "West Europe", meterName: "EU West", priceFactor: 1000 },
  { id: "northeurope", name: "North Europe", meterName: "EU North", priceFactor: 960 },
  { id: "eastus", name: "East US", meterName: "US East", priceFactor: 900 },
  { id: "swedencentral", name: "Sweden Central", meterName: "SE Central", priceFactor: 1050 },
];

export const groups: readonly string[] = ["rg-shop-prod", "rg-shop-test", "rg-data", "rg-platform"];

/** By resource group; with a comma, a quote and letters beyond ASCII, which readers must cope with. */
export const tags: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "rg-shop-prod": { CostCenter: "1234", env: "prod", owner: "Zoë" },
  "rg-shop-test": { CostCenter: "1234", env: "test" },
  "rg-data": { CostCenter: "7", env: "prod", note: 'billed to "Data, central"' },
  "rg-platform": {},
};

export const subscriptionNames: readonly string[] = ["Production", "Development", "Sandbox"];

/** Per cent of the list price. */
export const negotiatedPercent = 92;
/** Per cent of the negotiated price, for the hour of a reserved unit. */
export const reservedPercent: Readonly<Record<1 | 3, number>> = { 1: 64, 3: 45 };
