import type account from "../screens/account/texts/en.json";
import type audit from "../screens/audit/texts/en.json";
import type channels from "../screens/channels/texts/en.json";
import type costs from "../screens/costs/texts/en.json";
import type customer from "../screens/customer/texts/en.json";
import type customers from "../screens/customers/texts/en.json";
import type file from "../screens/file/texts/en.json";
import type hours from "../screens/hours/texts/en.json";
import type importRun from "../screens/import/texts/en.json";
import type imports from "../screens/imports/texts/en.json";
import type inbox from "../screens/inbox/texts/en.json";
import type merges from "../screens/merges/texts/en.json";
import type people from "../screens/people/texts/en.json";
import type signIn from "../screens/sign-in/texts/en.json";
import type today from "../screens/today/texts/en.json";
import type vehicle from "../screens/vehicle/texts/en.json";
import type app from "../app/texts/en.json";
import type shared from "../shared/texts/en.json";

/** One row a screen: its folder's name, and the English texts that say which keys there are. */
export interface Resources {
  account: typeof account;
  app: typeof app;
  audit: typeof audit;
  channels: typeof channels;
  costs: typeof costs;
  customer: typeof customer;
  customers: typeof customers;
  file: typeof file;
  hours: typeof hours;
  import: typeof importRun;
  imports: typeof imports;
  inbox: typeof inbox;
  merges: typeof merges;
  people: typeof people;
  shared: typeof shared;
  "sign-in": typeof signIn;
  today: typeof today;
  vehicle: typeof vehicle;
}
export type Namespace = keyof Resources;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: Resources;
  }
}
