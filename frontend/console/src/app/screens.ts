import type { ComponentType } from "react";
import type { Namespace } from "../i18n/resources";
import type app from "./texts/en.json";

/** One row a screen: adding one is a row here, its folder, and its texts' row in i18n/resources. */
export interface Screen {
  path: string;
  texts: Namespace;
  /** Of other screens, whose parts it shows; the frame's own are always there. */
  alsoTexts?: readonly Namespace[];
  load: () => Promise<{ default: ComponentType }>;
  /** The action of the role table that opens it; everybody signed in without. */
  action?: string;
  /** Its word in the navigation, if it stands there, and the second key of "g …" that leads to it. */
  nav?: keyof (typeof app)["nav"];
  key?: string;
  /** Shown to people who are not signed in; no navigation around it. */
  isOpen?: boolean;
}

export const SCREENS: readonly Screen[] = [
  { path: "sign-in", texts: "sign-in", load: () => import("../screens/sign-in/page"), isOpen: true },
  { path: "sign-in/forgot", texts: "sign-in", load: () => import("../screens/sign-in/forgot"), isOpen: true },
  // Links in mails lead to these two.
  { path: "reset-password", texts: "sign-in", load: () => import("../screens/sign-in/reset"), isOpen: true },
  { path: "invitation", texts: "sign-in", load: () => import("../screens/sign-in/invitation"), isOpen: true },
  {
    path: "today",
    texts: "today",
    load: () => import("../screens/today/page"),
    action: "tasks.read",
    nav: "today",
    key: "t",
  },
  {
    path: "inbox",
    texts: "inbox",
    load: () => import("../screens/inbox/page"),
    action: "conversations.read",
    nav: "inbox",
    key: "i",
  },
  { path: "inbox/:id", texts: "inbox", load: () => import("../screens/inbox/page"), action: "conversations.read" },
  {
    path: "customers",
    texts: "customers",
    load: () => import("../screens/customers/page"),
    action: "customers.read",
    nav: "customers",
    key: "c",
  },
  {
    path: "customers/:id",
    texts: "customer",
    alsoTexts: ["file", "today"],
    load: () => import("../screens/customer/page"),
    action: "customers.read",
  },
  {
    path: "vehicles/:id",
    texts: "vehicle",
    alsoTexts: ["file", "today"],
    load: () => import("../screens/vehicle/page"),
    action: "vehicles.read",
  },
  {
    path: "merges",
    texts: "merges",
    alsoTexts: ["file"],
    load: () => import("../screens/merges/page"),
    action: "customers.merge",
    nav: "merges",
    key: "m",
  },
  {
    path: "imports",
    texts: "imports",
    load: () => import("../screens/imports/page"),
    action: "imports.read",
    nav: "imports",
    key: "o",
  },
  {
    path: "imports/:id",
    texts: "import",
    load: () => import("../screens/import/page"),
    action: "imports.read",
  },
  {
    path: "settings/people",
    texts: "people",
    load: () => import("../screens/people/page"),
    action: "users.read",
    nav: "people",
    key: "p",
  },
  {
    path: "settings/audit",
    texts: "audit",
    load: () => import("../screens/audit/page"),
    action: "audit.read",
    nav: "audit",
    key: "l",
  },
  {
    path: "settings/hours",
    texts: "hours",
    load: () => import("../screens/hours/page"),
    action: "settings.read",
    nav: "hours",
    key: "h",
  },
  {
    path: "settings/channels",
    texts: "channels",
    load: () => import("../screens/channels/page"),
    action: "channels.read",
    nav: "channels",
    key: "s",
  },
  {
    path: "settings/costs",
    texts: "costs",
    alsoTexts: ["channels"],
    load: () => import("../screens/costs/page"),
    action: "settings.read",
    nav: "costs",
    key: "b",
  },
  { path: "account", texts: "account", load: () => import("../screens/account/page"), nav: "account", key: "a" },
];
