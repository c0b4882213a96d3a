import type texts from "./texts/en.json";

type Actions = keyof (typeof texts)["actions"];
type Subjects = keyof (typeof texts)["subjects"];
type Say = (key: `actions.${Actions}` | `subjects.${Subjects}`) => string;

/** Return what an action is called; one that is newer than this page by its own word. */
export function actionWord(action: string, t: Say, isKnown: (key: string) => boolean): string {
  const key = action.replaceAll(".", "_");
  return isKnown(`actions.${key}`) ? t(`actions.${key as Actions}`) : action;
}

/** Return what a kind of subject is called. */
export function subjectWord(kind: string, t: Say, isKnown: (key: string) => boolean): string {
  return isKnown(`subjects.${kind}`) ? t(`subjects.${kind as Subjects}`) : kind;
}
